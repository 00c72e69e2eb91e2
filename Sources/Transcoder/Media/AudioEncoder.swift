import CLibav

/// AAC-LC stereo by libav's own encoder, on the global grid of 1024 samples (MEDIA.md §1.7).
///
/// Packet `t` needs blocks `t` and `t + 1` to be heard: its own half of each. The packet of index `first - 1`, where `first`
/// is the first block fed, is priming. Packet `t` comes out when block `t + 2` is fed. One thread at a time.
public final class AudioEncoder {
    public enum Framing: Sendable {
        /// Each packet with the 7-byte header of ISO/IEC 13818-7, as MPEG-TS wants it.
        case adts
        case raw
    }

    /// Samples per packet and block.
    public static let blockSize = 1024
    /// RFC 6381 name for playlists: AAC-LC.
    public static let codecs = "mp4a.40.2"

    public let sampleRate: Int
    /// Bits per second.
    public let bitRate: Int
    private let framing: Framing
    private let context: UnsafeMutablePointer<AVCodecContext>
    private let packet: UnsafeMutablePointer<AVPacket>

    /// Throws `badArgument` for a sample rate that AAC does not have.
    public init(sampleRate: Int, bitRate: Int, framing: Framing = .adts) throws {
        guard ADTSHeader.rates.contains(sampleRate) else { throw LibavError(.badArgument, in: "AudioEncoder") }
        guard let codec = avcodec_find_encoder(AV_CODEC_ID_AAC) else {
            throw LibavError(.noSuchEncoder, in: "avcodec_find_encoder")
        }
        self.sampleRate = sampleRate
        self.bitRate = bitRate
        self.framing = framing
        packet = try LibavError.allocated(av_packet_alloc(), "av_packet_alloc")
        context = try LibavError.allocated(avcodec_alloc_context3(codec), "avcodec_alloc_context3")
        configure()
        // Half the CPU of the default (0.2 s for 10.6 s of sound instead of 0.4 s) at the same size, and nearer to the source:
        // 23 dB instead of 19 dB at 64 kb/s, 29 dB instead of 23 dB at 96 kb/s.
        var options: OpaquePointer?
        defer { av_dict_free(&options) }
        av_dict_set(&options, "aac_coder", "fast", 0)
        try LibavError.check(avcodec_open2(context, codec, &options), "avcodec_open2")
    }

    deinit {
        var ownedContext: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&ownedContext)
        var ownedPacket: UnsafeMutablePointer<AVPacket>? = packet
        av_packet_free(&ownedPacket)
    }

    /// AudioSpecificConfig, for containers that want it apart.
    public var configuration: [UInt8] {
        Array(UnsafeBufferPointer(start: context.pointee.extradata, count: Int(context.pointee.extradata_size)))
    }

    private func configure() {
        dash_codec_set_stereo(context)
        context.pointee.sample_fmt = AV_SAMPLE_FMT_FLTP
        context.pointee.sample_rate = Int32(sampleRate)
        context.pointee.time_base = AVRational(num: 1, den: Int32(sampleRate))
        context.pointee.bit_rate = Int64(bitRate)
        context.pointee.flags |= Int32(bitPattern: UInt32(AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT))
    }

    /// Feeds block `index` of the grid and returns the packets that are ready.
    /// - Parameters:
    ///   - block: exactly 1024 samples.
    ///   - index: strictly increasing by 1.
    public func encode(_ block: StereoSamples, index: Int64) throws -> [EncodedPacket] {
        guard block.count == Self.blockSize else { throw LibavError(.badArgument, in: "AudioEncoder.encode") }
        let frame = Frame(adopting: try Frame.allocate())
        let prepared = dash_frame_set_stereo(frame.pointer, Int32(sampleRate), Int32(Self.blockSize))
        try LibavError.check(prepared, "av_frame_get_buffer")
        for (channel, samples) in [block.left, block.right].enumerated() {
            dash_frame_floats(frame.pointer, Int32(channel)).update(from: samples, count: Self.blockSize)
        }
        frame.pointer.pointee.pts = index * Int64(Self.blockSize)
        try LibavError.check(avcodec_send_frame(context, frame.pointer), "avcodec_send_frame")
        return try receive()
    }

    /// The last packets, as if silence followed: for the very end only, never between segments.
    public func flush() throws -> [EncodedPacket] {
        avcodec_send_frame(context, nil)
        return try receive()
    }

    private func receive() throws -> [EncodedPacket] {
        var packets: [EncodedPacket] = []
        while true {
            let result = avcodec_receive_packet(context, packet)
            if result == dash_error_again() || result == dash_error_eof() { return packets }
            try LibavError.check(result, "avcodec_receive_packet")
            packets.append(framed(packet.pointee))
            av_packet_unref(packet)
        }
    }

    private func framed(_ packet: AVPacket) -> EncodedPacket {
        let payload = UnsafeBufferPointer(start: packet.data, count: Int(packet.size))
        var data: [UInt8] = []
        data.reserveCapacity(payload.count + ADTSHeader.size)
        if framing == .adts { data += ADTSHeader.bytes(payload: payload.count, sampleRate: sampleRate) }
        data += payload
        // Floors: the priming packet is one block before the first.
        let index = packet.pts >> 10
        return EncodedPacket(data: data, pts: index, dts: index, isKey: true)
    }
}
