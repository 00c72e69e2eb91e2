import CLibav

/// Puts pictures of another shape into the middle of a black one, so that a delivered size never changes.
///
/// One thread at a time; the frames that come out are free of it.
public final class Letterbox {
    public let size: PictureSize
    private let colour: Colour
    private let pool: FramePool

    public init(size: PictureSize, colour: Colour) throws {
        self.size = size
        self.colour = colour
        pool = try FramePool(size: size)
    }

    /// The largest size within this one for a picture of such a shape, its width over its height as displayed.
    public func inner(shape: Double) -> PictureSize {
        let outer = Double(size.width) / Double(size.height)
        func even(_ value: Double) -> Int { max(2, Int((value / 2).rounded()) * 2) }
        return shape < outer
            ? PictureSize(width: min(size.width, even(Double(size.height) * shape)), height: size.height)
            : PictureSize(width: size.width, height: min(size.height, even(Double(size.width) / shape)))
    }

    /// - Parameter picture: 8-bit 4:2:0, not larger than `size`, as a `Scaler` makes them.
    public func frame(around picture: Frame) throws -> Frame {
        guard picture.pixelFormat == AV_PIX_FMT_YUV420P.rawValue, picture.width <= size.width,
            picture.height <= size.height
        else { throw LibavError(.badArgument, in: "Letterbox.frame") }
        let outer = try pool.take()
        dash_frame_fill_black(outer)
        let properties = av_frame_copy_props(outer, picture.pointer)
        let result = Frame(adopting: outer)
        try LibavError.check(properties, "av_frame_copy_props")
        // Even, so that it is whole in the planes of half size.
        let left = Int32((size.width - picture.width) / 4 * 2)
        let top = Int32((size.height - picture.height) / 4 * 2)
        copy(picture.pointer, to: outer, left: left, top: top)
        return result
    }

    private func copy(
        _ inner: UnsafeMutablePointer<AVFrame>, to outer: UnsafeMutablePointer<AVFrame>, left: Int32, top: Int32
    ) {
        let (from, to) = (inner.pointee, outer.pointee)
        let planes = [
            (to.data.0, to.linesize.0, from.data.0, from.linesize.0, Int32(1)),
            (to.data.1, to.linesize.1, from.data.1, from.linesize.1, Int32(2)),
            (to.data.2, to.linesize.2, from.data.2, from.linesize.2, Int32(2)),
        ]
        for (target, targetLine, source, sourceLine, part) in planes {
            guard let target, let source else { continue }
            let corner = target + Int(top / part) * Int(targetLine) + Int(left / part)
            av_image_copy_plane(corner, targetLine, source, sourceLine, from.width / part, from.height / part)
        }
    }
}
