import CLibav

/// H.264 by libx264, with IDR pictures exactly where they are asked for and nowhere else.
///
/// SPS and PPS stand before each IDR and do not depend on the content (`stitchable`), so segments of several encoders with
/// the same header-relevant parameters join seamlessly. One thread at a time.
public final class VideoEncoder {
    public let parameters: VideoEncoderParameters
    private let context: UnsafeMutablePointer<AVCodecContext>
    private let packet: UnsafeMutablePointer<AVPacket>

    public init(_ parameters: VideoEncoderParameters) throws {
        self.parameters = parameters
        guard let codec = avcodec_find_encoder_by_name("libx264") else {
            throw LibavError(.noSuchEncoder, in: "avcodec_find_encoder_by_name")
        }
        packet = try LibavError.allocated(av_packet_alloc(), "av_packet_alloc")
        // With the codec: only so does its default for closed GOPs apply (MEDIA.md §1.4).
        context = try LibavError.allocated(avcodec_alloc_context3(codec), "avcodec_alloc_context3")
        configure()
        try open(codec)
    }

    deinit {
        var ownedContext: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&ownedContext)
        var ownedPacket: UnsafeMutablePointer<AVPacket>? = packet
        av_packet_free(&ownedPacket)
    }

    /// RFC 6381 name for playlists, as `avc1.64001f`.
    public var codecs: String { parameters.codecs }
    /// Pictures that go in before the first one comes out.
    public var delay: Int { Int(context.pointee.delay) }

    /// Encodes one picture and returns what is ready, in decoding order.
    /// - Parameters:
    ///   - frame: of the encoder's size, 8-bit 4:2:0 (as a `Scaler` makes them). Not changed, not kept.
    ///   - index: the frame's number on the constant-rate grid; strictly increasing by 1.
    ///   - forceIDR: makes it an IDR. The first one always is.
    public func encode(_ frame: Frame, index: Int64, forceIDR: Bool = false) throws -> [EncodedPacket] {
        guard frame.width == parameters.size.width, frame.height == parameters.size.height,
            frame.pixelFormat == AV_PIX_FMT_YUV420P.rawValue
        else {
            throw LibavError(.badArgument, in: "VideoEncoder.encode")
        }
        let picture = Frame(adopting: try frame.reference())
        picture.pointer.pointee.pts = index
        // The decoder's picture type must not leak into the encoder, which would obey it.
        picture.pointer.pointee.pict_type = forceIDR ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE
        var packets: [EncodedPacket] = []
        while true {
            let result = avcodec_send_frame(context, picture.pointer)
            if result != dash_error_again() {
                try LibavError.check(result, "avcodec_send_frame")
                break
            }
            try receive(into: &packets)
        }
        try receive(into: &packets)
        return packets
    }

    /// Everything still inside. The encoder is used up afterwards.
    public func flush() throws -> [EncodedPacket] {
        var packets: [EncodedPacket] = []
        avcodec_send_frame(context, nil)
        try receive(into: &packets)
        return packets
    }

    private func receive(into packets: inout [EncodedPacket]) throws {
        while true {
            let result = avcodec_receive_packet(context, packet)
            if result == dash_error_again() || result == dash_error_eof() { return }
            try LibavError.check(result, "avcodec_receive_packet")
            packets.append(EncodedPacket(copying: packet.pointee))
            av_packet_unref(packet)
        }
    }
}

// MARK: Set-up

extension VideoEncoder {
    private func configure() {
        context.pointee.width = Int32(parameters.size.width)
        context.pointee.height = Int32(parameters.size.height)
        context.pointee.pix_fmt = AV_PIX_FMT_YUV420P
        context.pointee.sample_aspect_ratio = AVRational(num: 1, den: 1)
        // Both: without the rate x264 takes 1/time base for it and picks wrong limits.
        context.pointee.time_base = parameters.frameRate.inverse.libav
        context.pointee.framerate = parameters.frameRate.libav
        context.pointee.color_range = AVCOL_RANGE_MPEG
        context.pointee.color_primaries = parameters.colour.primaries
        context.pointee.color_trc = parameters.colour.transfer
        context.pointee.colorspace = parameters.colour.matrix
        context.pointee.profile = dash_profile_high()
        context.pointee.level = Int32(parameters.effectiveLevel)
        if parameters.isCapped {
            context.pointee.rc_max_rate = Int64(parameters.maxRate)
            context.pointee.rc_buffer_size = Int32(clamping: parameters.bufferSize)
        }
        // Only we decide where an IDR is.
        context.pointee.gop_size = .max
        context.pointee.thread_count = Int32(parameters.threads)
        context.pointee.flags |= Int32(bitPattern: UInt32(AV_CODEC_FLAG_BITEXACT))
    }

    private func open(_ codec: UnsafePointer<AVCodec>) throws {
        // `force-cfr`: the grid is constant, and variable-rate input costs one more frame of delay.
        var own = ["stitchable": "1", "scenecut": "0", "keyint": "infinite", "force-cfr": "1"]
        // All that the processor has but AVX-512, in x264's words.
        if parameters.isReproducible, dash_cpu_has_avx512() != 0 { own["asm"] = "avx2,fma3,bmi2,lzcnt" }
        own.merge(parameters.options) { _, chosen in chosen }
        let list = own.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ":")

        var options: OpaquePointer?
        defer { av_dict_free(&options) }
        av_dict_set(&options, "preset", parameters.preset, 0)
        av_dict_set(&options, "crf", "\(parameters.rateFactor)", 0)
        av_dict_set(&options, "forced-idr", "1", 0)
        av_dict_set(&options, "aud", "1", 0)
        av_dict_set(&options, "x264-params", list, 0)
        try LibavError.check(avcodec_open2(context, codec, &options), "avcodec_open2")
        guard av_dict_count(options) == 0 else { throw LibavError(.badOption, in: "avcodec_open2") }
    }
}

extension EncodedPacket {
    init(copying packet: AVPacket) {
        self.init(
            data: Array(UnsafeBufferPointer(start: packet.data, count: Int(packet.size))),
            pts: packet.pts, dts: packet.dts, isKey: packet.flags & AV_PKT_FLAG_KEY != 0)
    }
}
