import CLibav

/// Moving pictures with shapes and grain, for measuring how fast this machine encodes. About as hard as drawn animation.
public struct MeasuringPattern {
    private static let margin = 256
    private let size: PictureSize
    private let colour: Colour
    private let pool: FramePool
    /// Larger than the picture by `margin` both ways: pictures are windows into it.
    private let texture: [UInt8]
    private let stride: Int

    public init(size: PictureSize, colour: Colour) throws {
        self.size = size
        self.colour = colour
        pool = try FramePool(size: size)
        stride = size.width + Self.margin
        texture = Self.texture(width: stride, height: size.height + Self.margin)
    }

    /// The picture at `index`: the texture seen from a window that wanders, without chroma.
    public func frame(_ index: Int) throws -> Frame {
        let picture = try pool.take()
        dash_frame_fill_black(picture)
        let (x, y) = (index * 3 % Self.margin, index * 2 % Self.margin)
        texture.withUnsafeBytes { source in
            guard let base = source.baseAddress, let luma = picture.pointee.data.0 else { return }
            let lineSize = Int(picture.pointee.linesize.0)
            for row in 0..<size.height {
                (luma + row * lineSize).update(
                    from: (base + (row + y) * stride + x).assumingMemoryBound(to: UInt8.self), count: size.width)
            }
        }
        picture.pointee.sample_aspect_ratio = AVRational(num: 1, den: 1)
        picture.pointee.color_range = AVCOL_RANGE_MPEG
        picture.pointee.colorspace = colour.matrix
        return Frame(adopting: picture)
    }

    /// Patches of 16 pixels with a little grain, from a fixed seed: the same on every machine.
    private static func texture(width: Int, height: Int) -> [UInt8] {
        var state: UInt32 = 1
        func next() -> UInt32 {
            state = state &* 1_664_525 &+ 1_013_904_223
            return state >> 16
        }
        let patches = (0..<(width / 16 + 1) * (height / 16 + 1)).map { _ in UInt8(40 + next() % 160) }
        return [UInt8](unsafeUninitializedCapacity: width * height) { pixels, count in
            for row in 0..<height {
                for column in 0..<width {
                    let patch = patches[row / 16 * (width / 16 + 1) + column / 16]
                    pixels[row * width + column] = patch &+ UInt8(next() % 6)
                }
            }
            count = width * height
        }
    }
}
