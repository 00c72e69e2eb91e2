import CLibav

/// Decodes one stream; live ones on one thread (MEDIA.md §2: frame threads cost latency and memory).
///
/// The decoder configures itself from the first packets; a live source is not probed. One thread at a time.
public final class Decoder {
    private let context: UnsafeMutablePointer<AVCodecContext>
    /// The stream as it was when the decoder was made. If its codec changes, make a new decoder.
    public let stream: StreamDescription
    /// Packets that libav could not make sense of, and that were skipped.
    public private(set) var skippedPackets = 0
    /// Frames that came out with concealed errors.
    public private(set) var corruptFrames = 0

    /// Throws `LibavError` with `noSuchDecoder` if this build cannot decode the stream.
    /// - Parameters:
    ///   - showsDamage: pictures that lack something come out too: right after a seek, or where packets were lost.
    ///   - threads: pictures that are decoded side by side; each further one makes all come out one later.
    public init(for stream: StreamDescription, of demuxer: Demuxer, showsDamage: Bool = true, threads: Int = 1) throws {
        self.stream = stream
        guard let source = demuxer.stream(stream.index) else { throw LibavError(.badArgument, in: "Decoder") }
        let parameters = source.pointee.codecpar
        guard let parameters, let codec = avcodec_find_decoder(parameters.pointee.codec_id) else {
            throw LibavError(.noSuchDecoder, in: "avcodec_find_decoder")
        }
        context = try LibavError.allocated(avcodec_alloc_context3(codec), "avcodec_alloc_context3")
        try LibavError.check(avcodec_parameters_to_context(context, parameters), "avcodec_parameters_to_context")
        context.pointee.pkt_timebase = source.pointee.time_base
        context.pointee.thread_count = Int32(threads)
        if showsDamage { context.pointee.flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT }
        try LibavError.check(avcodec_open2(context, codec, nil), "avcodec_open2")
    }

    deinit {
        var owned: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&owned)
    }

    /// The rate that the bit stream declares, known after the first picture; nil = it says nothing.
    public var declaredFrameRate: Rational? { Rational(known: context.pointee.framerate) }

    /// Decode only what other pictures need: cheap pre-roll (MEDIA.md §1.3).
    public var skipsUnreferencedFrames = false {
        didSet { context.pointee.skip_frame = skipsUnreferencedFrames ? AVDISCARD_NONREF : AVDISCARD_DEFAULT }
    }

    /// Feeds one packet and returns the frames that are ready, in presentation order. Damaged packets are counted and
    /// skipped, not thrown; what is thrown (out of memory) ends this decoder.
    public func decode(_ packet: Packet) throws -> [Frame] {
        var frames: [Frame] = []
        while true {
            let result = avcodec_send_packet(context, packet.pointer)
            if result == dash_error_again() {
                let before = frames.count
                try receive(into: &frames)
                // Full and empty at once cannot happen; a decoder that claims so must not spin.
                if frames.count == before { return frames }
                continue
            }
            if result == dash_error_no_memory() { throw LibavError(result, in: "avcodec_send_packet") }
            if result < 0 { skippedPackets += 1 }
            break
        }
        try receive(into: &frames)
        return frames
    }

    /// The frames still inside. Afterwards only `flush()` makes the decoder usable again.
    public func drain() throws -> [Frame] {
        var frames: [Frame] = []
        avcodec_send_packet(context, nil)
        try receive(into: &frames)
        return frames
    }

    /// Forgets everything: after a seek or a gap.
    public func flush() { avcodec_flush_buffers(context) }

    private func receive(into frames: inout [Frame]) throws {
        while true {
            let frame = Frame(adopting: try Frame.allocate())
            let result = avcodec_receive_frame(context, frame.pointer)
            if result == dash_error_again() || result == dash_error_eof() { return }
            if result == dash_error_no_memory() { throw LibavError(result, in: "avcodec_receive_frame") }
            if result < 0 {
                skippedPackets += 1
                return
            }
            if frame.isCorrupt { corruptFrames += 1 }
            frames.append(frame)
        }
    }
}
