import CLibav

/// Reads packets out of a container that comes from a `ByteSource`.
///
/// It never opens anything by itself: no protocol is allowed and `io_open` refuses (MEDIA.md §0.9). One thread at a time,
/// the one that calls `readPacket()`; the source is called on that thread.
public final class Demuxer {
    public enum Format: Sendable, Hashable {
        /// Live: MPEG-TS without any probing. Returns from `init` as soon as a PMT was seen.
        case mpegts
        /// Find out what it is, but only among these libav demuxer names; then read ahead for codec parameters.
        case probe(among: [String])

        /// Every container that films come in.
        public static let film = Format.probe(among: [
            "mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "avi", "flv", "mpegts", "mpeg",
        ])
    }

    /// Bytes that the search for a PMT, or the probing, may read at most.
    public static let probeLimit = 2 << 20

    let context: UnsafeMutablePointer<AVFormatContext>
    private let input: SourceInput
    private var known: [StreamDescription] = []

    /// Opens the container. Throws what the source throws, or a `LibavError`.
    public init(source: any ByteSource, format: Format = .mpegts) throws {
        input = try SourceInput(source: source)
        context = try Self.open(input, format)
        known = describeStreams()
    }

    deinit {
        var owned: UnsafeMutablePointer<AVFormatContext>? = context
        avformat_close_input(&owned)
    }

    /// All streams so far. New ones may appear with any packet, and the codec of one may change: compare
    /// `streamsVersion` after each `readPacket()`.
    public var streams: [StreamDescription] { known }
    /// Grows whenever `streams` changed.
    public private(set) var streamsVersion = 0
    /// `mpegts`, `mov,mp4,m4a,3gp,3g2,mj2` …
    public var formatName: String { context.pointee.iformat.map { String(cString: $0.pointee.name) } ?? "" }
    /// Seconds, if the container says so.
    public var duration: Double? {
        let duration = context.pointee.duration
        return duration > 0 ? Double(duration) / Double(AV_TIME_BASE) : nil
    }

    /// The next packet of any stream, nil at the end. Blocks in the source. Throws what the source throws; libav's own
    /// errors are `LibavError`. After an error or the end, make a new demuxer.
    public func readPacket() throws -> Packet? {
        let packet = Packet(adopting: try LibavError.allocated(av_packet_alloc(), "av_packet_alloc"))
        let result = av_read_frame(context, packet.pointer)
        if let error = input.takeError() { throw error }
        if result == dash_error_eof() { return nil }
        try LibavError.check(result, "av_read_frame")
        noticeChanges(at: packet.stream)
        return packet
    }

    /// Tells the container that a stream is not wanted, so that its packets are not assembled.
    public func discard(stream index: Int) {
        guard let stream = stream(index) else { return }
        stream.pointee.discard = AVDISCARD_ALL
    }

    /// What stopped the source in the middle of one of libav's calls.
    func throwSourceError() throws {
        if let error = input.takeError() { throw error }
    }

    func stream(_ index: Int) -> UnsafeMutablePointer<AVStream>? {
        guard index >= 0, index < Int(context.pointee.nb_streams) else { return nil }
        return context.pointee.streams[index]
    }

    private func noticeChanges(at index: Int) {
        let count = Int(context.pointee.nb_streams)
        if count == known.count, let stream = stream(index),
            stream.pointee.codecpar.pointee.codec_id.rawValue == known[index].codecID
        {
            return
        }
        known = describeStreams()
        streamsVersion += 1
    }

    private func describeStreams() -> [StreamDescription] {
        (0..<Int(context.pointee.nb_streams)).compactMap { stream($0).map { StreamDescription($0) } }
    }
}

// MARK: Opening

extension Demuxer {
    private static func open(_ input: SourceInput, _ format: Format) throws -> UnsafeMutablePointer<AVFormatContext> {
        let context = try LibavError.allocated(avformat_alloc_context(), "avformat_alloc_context")
        context.pointee.pb = input.context
        context.pointee.probesize = Int64(probeLimit)
        context.pointee.correct_ts_overflow = 0
        dash_format_set_flags(context, AVFMT_FLAG_CUSTOM_IO, AVFMT_FLAG_NOBUFFER)
        dash_format_refuse_io(context)

        var options: OpaquePointer?
        defer { av_dict_free(&options) }
        av_dict_set(&options, "protocol_whitelist", "none", 0)
        var forced: UnsafePointer<AVInputFormat>?
        switch format {
        case .mpegts:
            forced = av_find_input_format("mpegts")
            av_dict_set(&options, "format_whitelist", "mpegts", 0)
        case .probe(let names):
            av_dict_set(&options, "format_whitelist", names.joined(separator: ","), 0)
        }

        var opened: UnsafeMutablePointer<AVFormatContext>? = context
        let result = avformat_open_input(&opened, nil, forced, &options)
        if let error = input.takeError() {
            avformat_close_input(&opened)
            throw error
        }
        // On failure libav has freed the context already.
        try LibavError.check(result, "avformat_open_input")
        if case .probe = format {
            let result = avformat_find_stream_info(context, nil)
            if result < 0 || input.hasError {
                avformat_close_input(&opened)
                if let error = input.takeError() { throw error }
                throw LibavError(result, in: "avformat_find_stream_info")
            }
        }
        return context
    }
}
