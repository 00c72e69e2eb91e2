import CLibav

/// Any picture → 8-bit 4:2:0, limited range, square samples, one size, one colour system.
///
/// Lanczos, always: bilinear costs 15 VMAF at 360p and saves nothing (MEDIA.md §4.1). Feed it the output of the next larger
/// rung (720 → 480 → 360): as good as scaling the source directly and cheaper. A change in the source rebuilds it.
/// Interlaced pictures go through a `Deinterlacer` first. One thread at a time; the frames that come out are free of it.
public final class Scaler {
    public let size: PictureSize
    public let colour: Colour
    private let pool: FramePool
    private var context: OpaquePointer?
    private var configured: Input?

    public init(size: PictureSize, colour: Colour) throws {
        self.size = size
        self.colour = colour
        pool = try FramePool(size: size)
    }

    deinit { sws_freeContext(context) }

    /// The scaled picture, at the same time. A picture that is already right comes back as a reference, uncopied.
    public func scale(_ frame: Frame) throws -> Frame {
        let input = Input(frame)
        let output: UnsafeMutablePointer<AVFrame>
        if input.isAlready(size, colour) {
            output = try frame.reference()
        } else {
            try configure(for: input)
            output = try pool.take()
            let lines = dash_sws_scale(context, frame.pointer, output)
            output.pointee.pts = frame.pts ?? dash_no_pts()
            if lines < 0 {
                _ = Frame(adopting: output)
                throw LibavError(lines, in: "sws_scale")
            }
        }
        tag(output)
        return Frame(adopting: output)
    }

    private func configure(for input: Input) throws {
        guard input != configured || context == nil else { return }
        configured = nil
        sws_freeContext(context)
        context = sws_getContext(
            input.width, input.height, AVPixelFormat(rawValue: input.format), Int32(size.width), Int32(size.height),
            AV_PIX_FMT_YUV420P, SWS_LANCZOS, nil, nil, nil)
        guard context != nil else { throw LibavError(.unsupported, in: "sws_getContext") }
        // Below 0 only says that this pair has nothing to convert (RGB and grey sources take the default).
        _ = dash_sws_set_colours(
            context, input.colour.matrix, input.colour.isFullRange ? 1 : 0, colour.swscaleMatrix, 0)
        configured = input
    }

    private func tag(_ frame: UnsafeMutablePointer<AVFrame>) {
        frame.pointee.sample_aspect_ratio = AVRational(num: 1, den: 1)
        frame.pointee.color_range = AVCOL_RANGE_MPEG
        frame.pointee.colorspace = colour.matrix
        frame.pointee.color_primaries = colour.primaries
        frame.pointee.color_trc = colour.transfer
        dash_frame_set_progressive(frame)
    }
}

/// What a scaling context is built for.
private struct Input: Hashable {
    let width: Int32
    let height: Int32
    let format: Int32
    let colour: SourceColour

    init(_ frame: Frame) {
        width = Int32(frame.width)
        height = Int32(frame.height)
        format = frame.pixelFormat
        colour = frame.colour
    }

    func isAlready(_ size: PictureSize, _ target: Colour) -> Bool {
        format == AV_PIX_FMT_YUV420P.rawValue && width == size.width && height == size.height
            && !colour.isFullRange && colour.matrix == target.swscaleMatrix
    }
}
