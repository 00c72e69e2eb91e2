import CLibav

/// One decoded still picture, to be had in any size. One thread at a time.
///
/// The files come from anywhere: what is larger than `mostPixels` is refused before room for it is made.
public struct StillPicture {
    /// A film poster of 4000 × 6000.
    public static let mostPixels = 24_000_000
    /// Neither side may be longer than this many times the other.
    private static let mostSlender = 8

    private let frame: Frame

    /// Decodes JPEG, PNG, GIF (its first picture), WebP or BMP. Throws `LibavError`: `noSuchDecoder` for anything else.
    public init(_ file: [UInt8]) throws {
        guard let format = StillFormat(file), let codec = avcodec_find_decoder(format.codec) else {
            throw LibavError(.noSuchDecoder, in: "StillPicture")
        }
        var context: UnsafeMutablePointer<AVCodecContext>? = try LibavError.allocated(
            avcodec_alloc_context3(codec), "avcodec_alloc_context3")
        defer { avcodec_free_context(&context) }
        context?.pointee.thread_count = 1
        context?.pointee.max_pixels = Int64(Self.mostPixels)
        try LibavError.check(avcodec_open2(context, codec, nil), "avcodec_open2")
        let packet = Packet(adopting: try LibavError.allocated(av_packet_alloc(), "av_packet_alloc"))
        try LibavError.check(av_new_packet(packet.pointer, Int32(file.count)), "av_new_packet")
        packet.pointer.pointee.data.update(from: file, count: file.count)
        try LibavError.check(avcodec_send_packet(context, packet.pointer), "avcodec_send_packet")
        try LibavError.check(avcodec_send_packet(context, nil), "avcodec_send_packet")
        frame = Frame(adopting: try Frame.allocate())
        try LibavError.check(avcodec_receive_frame(context, frame.pointer), "avcodec_receive_frame")
        guard width > 0, height > 0, width <= height * Self.mostSlender, height <= width * Self.mostSlender else {
            throw LibavError(.unsupported, in: "StillPicture")
        }
    }

    public var width: Int { frame.width }
    public var height: Int { frame.height }

    /// The picture in BGRA, not wider than `width`, never enlarged.
    func scaled(toWidth width: Int) throws -> Frame {
        let targetWidth = min(width, self.width)
        let targetHeight = max(1, (height * targetWidth + self.width / 2) / self.width)
        let output = try Self.picture(AV_PIX_FMT_BGRA, targetWidth, targetHeight)
        try Self.convert(frame, to: output, isFullRange: true)
        return output
    }

    static func picture(_ format: AVPixelFormat, _ width: Int, _ height: Int) throws -> Frame {
        let frame = Frame(adopting: try Frame.allocate())
        frame.pointer.pointee.format = format.rawValue
        frame.pointer.pointee.width = Int32(width)
        frame.pointer.pointee.height = Int32(height)
        try LibavError.check(av_frame_get_buffer(frame.pointer, 0), "av_frame_get_buffer")
        return frame
    }

    /// Stills are BT.601 whatever their size, in full range unless they say otherwise (WebP does).
    static func convert(_ source: Frame, to target: Frame, isFullRange: Bool) throws {
        let format = AVPixelFormat(rawValue: source.pixelFormat)
        let context = sws_getContext(
            Int32(source.width), Int32(source.height), format, Int32(target.width), Int32(target.height),
            AVPixelFormat(rawValue: target.pixelFormat), SWS_AREA | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT, nil, nil, nil
        )
        guard let context else { throw LibavError(.unsupported, in: "sws_getContext") }
        defer { sws_freeContext(context) }
        let isLimited = source.pointer.pointee.color_range == AVCOL_RANGE_MPEG
        _ = dash_sws_set_colours(context, SWS_CS_ITU601, isLimited ? 0 : 1, SWS_CS_ITU601, isFullRange ? 1 : 0)
        try LibavError.check(dash_sws_scale(context, source.pointer, target.pointer), "sws_scale")
    }
}
