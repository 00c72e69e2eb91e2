import CLibav

/// Writes still pictures for the web.
public enum StillEncoder {
    public enum Format: Sendable, CaseIterable {
        /// Without transparency: what shows through is filled with `background`.
        case jpeg
        case webp
    }

    /// Where a logo is transparent, JPEG shows the colour that the web player has behind it. Blue, green, red.
    static let background: [UInt8] = [0x0a, 0x0a, 0x0a]
    /// libavcodec's scale for JPEG, 2 to 31; about 85 on the usual one.
    private static let quantiser: Int32 = 4
    private static let webpQuality = "75"

    /// Whether this build of libavcodec can write WebP (Debian's can).
    public static var hasWebP: Bool { avcodec_find_encoder_by_name("libwebp") != nil }

    /// The picture as a file, not wider than `width`, never enlarged.
    public static func encode(_ picture: StillPicture, width: Int, as format: Format) throws -> [UInt8] {
        let scaled = try picture.scaled(toWidth: width)
        switch format {
        case .webp: return try webp(scaled)
        case .jpeg:
            flatten(scaled)
            let planar = try StillPicture.picture(AV_PIX_FMT_YUVJ420P, scaled.width, scaled.height)
            try StillPicture.convert(scaled, to: planar, isFullRange: true)
            return try jpeg(planar)
        }
    }

    private static func jpeg(_ frame: Frame) throws -> [UInt8] {
        try write(frame, avcodec_find_encoder(AV_CODEC_ID_MJPEG), options: [:]) { context in
            context.pointee.color_range = AVCOL_RANGE_JPEG
            context.pointee.flags |= AV_CODEC_FLAG_QSCALE
            context.pointee.global_quality = quantiser * FF_QP2LAMBDA
            frame.pointer.pointee.quality = context.pointee.global_quality
        }
    }

    private static func webp(_ frame: Frame) throws -> [UInt8] {
        try write(frame, avcodec_find_encoder_by_name("libwebp"), options: ["quality": webpQuality]) { _ in }
    }

    private static func write(
        _ frame: Frame, _ codec: UnsafePointer<AVCodec>?, options: [String: String],
        _ configure: (UnsafeMutablePointer<AVCodecContext>) -> Void
    ) throws -> [UInt8] {
        guard let codec else { throw LibavError(.noSuchEncoder, in: "StillEncoder") }
        let context = try LibavError.allocated(avcodec_alloc_context3(codec), "avcodec_alloc_context3")
        var owned: UnsafeMutablePointer<AVCodecContext>? = context
        defer { avcodec_free_context(&owned) }
        context.pointee.thread_count = 1
        context.pointee.width = Int32(frame.width)
        context.pointee.height = Int32(frame.height)
        context.pointee.pix_fmt = AVPixelFormat(rawValue: frame.pixelFormat)
        context.pointee.time_base = AVRational(num: 1, den: 25)
        configure(context)
        var dictionary: OpaquePointer?
        defer { av_dict_free(&dictionary) }
        for (name, value) in options { av_dict_set(&dictionary, name, value, 0) }
        try LibavError.check(avcodec_open2(context, codec, &dictionary), "avcodec_open2")
        frame.pointer.pointee.pts = 0
        try LibavError.check(avcodec_send_frame(context, frame.pointer), "avcodec_send_frame")
        try LibavError.check(avcodec_send_frame(context, nil), "avcodec_send_frame")
        let packet = Packet(adopting: try LibavError.allocated(av_packet_alloc(), "av_packet_alloc"))
        try LibavError.check(avcodec_receive_packet(context, packet.pointer), "avcodec_receive_packet")
        return packet.bytes
    }

    /// Puts a BGRA picture on the background, in place: it is not shared yet.
    private static func flatten(_ frame: Frame) {
        guard let start = frame.pointer.pointee.data.0 else { return }
        let stride = Int(frame.pointer.pointee.linesize.0)
        for line in 0..<frame.height {
            var pixel = start + line * stride
            for _ in 0..<frame.width {
                let alpha = Int(pixel[3])
                if alpha < 255 {
                    for channel in 0..<3 {
                        let mixed = Int(pixel[channel]) * alpha + Int(background[channel]) * (255 - alpha)
                        pixel[channel] = UInt8((mixed + 127) / 255)
                    }
                    pixel[3] = 255
                }
                pixel += 4
            }
        }
    }
}
