import CLibav

/// Puts the packets of one MPEG-TS segment into one fragment of an MP4 (ISO/IEC 14496-12 §8.8).
///
/// Every fragment has its absolute time in it, so fragments made one by one, by whomever, follow each other after the
/// initialization of any of them (MEDIA.md §1.6). One call, one thread.
public struct MP4Fragment: Sendable {
    /// `ftyp` and `moov`: equal for all segments of one rendition.
    public let initialization: [UInt8]
    /// `moof` and `mdat`.
    public let fragment: [UInt8]

    /// - Parameters:
    ///   - segment: MPEG-TS with H.264, or AAC, or both, as `TSMuxer` makes it.
    ///   - shift: ticks of 1/90000 s that are taken off all times; no picture may then be decoded before 0. Sound
    ///     that is heard before 0 is left out.
    ///   - number: of the fragment, from 1 on.
    public init(segment: [UInt8], shift: Int64, number: Int) throws {
        let demuxer = try Demuxer(source: SegmentBytes(segment), format: .probe(among: ["mpegts"]))
        let output = try Output(demuxer, number: number)
        var packets: [Packet] = []
        while let packet = try demuxer.readPacket() { packets.append(packet) }
        for (index, packet) in packets.enumerated() {
            let later = packets[(index + 1)...].first { $0.stream == packet.stream }
            try output.write(packet, next: later?.dts, shift: shift)
        }
        let bytes = try output.finish()
        guard let start = Self.fragmentStart(bytes) else { throw LibavError(.invalidData, in: "MP4Fragment") }
        initialization = Array(bytes[..<start])
        fragment = Array(bytes[start...])
    }

    /// Where the first `moof` begins.
    private static func fragmentStart(_ bytes: [UInt8]) -> Int? {
        var at = 0
        while at + 8 <= bytes.count {
            if bytes[at + 4..<at + 8].elementsEqual("moof".utf8) { return at }
            let size = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
            guard size >= 8 else { return nil }
            at += size
        }
        return nil
    }
}

/// Owns the output context and its memory stream.
private final class Output {
    private let context: UnsafeMutablePointer<AVFormatContext>
    private let sound: Int?
    private var lastDuration: [Int: Int64] = [:]

    /// Written piece by piece, with absolute times; without offsets below 0, which libav's own reader takes for a delay.
    private static let flags =
        "+empty_moov+default_base_moof+frag_custom+frag_discont+skip_sidx+skip_trailer"

    init(_ demuxer: Demuxer, number: Int) throws {
        var made: UnsafeMutablePointer<AVFormatContext>?
        try LibavError.check(
            avformat_alloc_output_context2(&made, nil, "mp4", nil), "avformat_alloc_output_context2")
        context = try LibavError.allocated(made, "avformat_alloc_output_context2")
        sound = demuxer.streams.first { $0.kind == .audio }?.index
        context.pointee.avoid_negative_ts = 0
        dash_format_set_flags(context, AVFMT_FLAG_BITEXACT, 0)
        try LibavError.check(avio_open_dyn_buf(&context.pointee.pb), "avio_open_dyn_buf")
        for stream in demuxer.streams { try add(stream, of: demuxer) }
        var options: OpaquePointer?
        defer { av_dict_free(&options) }
        av_dict_set(&options, "movflags", Self.flags, 0)
        av_dict_set(&options, "video_track_timescale", "90000", 0)
        // Pieces cannot have edit lists; with them, libav would take the first picture's time for its decode time.
        av_dict_set(&options, "use_editlist", "0", 0)
        av_dict_set(&options, "fragment_index", "\(max(1, number))", 0)
        try LibavError.check(avformat_write_header(context, &options), "avformat_write_header")
    }

    deinit {
        if let stream = context.pointee.pb {
            var bytes: UnsafeMutablePointer<UInt8>?
            avio_close_dyn_buf(stream, &bytes)
            av_free(bytes)
        }
        avformat_free_context(context)
    }

    private func add(_ stream: StreamDescription, of demuxer: Demuxer) throws {
        guard let input = demuxer.stream(stream.index), let output = avformat_new_stream(context, nil) else {
            throw LibavError(.outOfMemory, in: "avformat_new_stream")
        }
        try LibavError.check(
            avcodec_parameters_copy(output.pointee.codecpar, input.pointee.codecpar), "avcodec_parameters_copy")
        output.pointee.codecpar.pointee.codec_tag = 0
        // Measured from this segment alone, it would make initializations differ.
        output.pointee.codecpar.pointee.bit_rate = 0
        output.pointee.time_base = AVRational(num: 1, den: 90_000)
        guard stream.kind == .audio else { return }
        // MP4 says once what ADTS says with every packet.
        let rate = ADTSHeader.rates.firstIndex(of: stream.sampleRate) ?? 3
        let configuration = [UInt8(2 << 3 | rate >> 1), UInt8((rate & 1) << 7 | max(1, stream.channels) << 3)]
        try LibavError.check(dash_set_extradata(output.pointee.codecpar, configuration, 2), "extradata")
    }

    func write(_ packet: Packet, next: Int64?, shift: Int64) throws {
        guard let dts = packet.dts, let pts = packet.pts else { return }
        let isSound = packet.stream == sound
        if isSound, pts < shift { return }
        let copy = Packet(adopting: try LibavError.allocated(av_packet_clone(packet.pointer), "av_packet_clone"))
        copy.pointer.pointee.pts = pts - shift
        copy.pointer.pointee.dts = dts - shift
        let duration = next.map { $0 - dts } ?? lastDuration[packet.stream] ?? 0
        lastDuration[packet.stream] = duration
        copy.pointer.pointee.duration = duration
        if isSound {
            copy.pointer.pointee.data += ADTSHeader.size
            copy.pointer.pointee.size -= Int32(ADTSHeader.size)
        }
        // The muxer chose its own time bases.
        let stream = context.pointee.streams[packet.stream]
        av_packet_rescale_ts(
            copy.pointer, AVRational(num: 1, den: 90_000), stream?.pointee.time_base ?? AVRational(num: 1, den: 90_000))
        try LibavError.check(av_write_frame(context, copy.pointer), "av_write_frame")
    }

    func finish() throws -> [UInt8] {
        try LibavError.check(av_write_frame(context, nil), "av_write_frame")
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = avio_close_dyn_buf(context.pointee.pb, &bytes)
        context.pointee.pb = nil
        defer { av_free(bytes) }
        return Array(UnsafeBufferPointer(start: bytes, count: Int(max(0, count))))
    }
}

/// A segment in memory.
private final class SegmentBytes: ByteSource {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var size: Int64? { Int64(bytes.count) }
    var isSeekable: Bool { true }

    func seek(to position: Int64) -> Bool {
        self.position = Int(clamping: position)
        return true
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard position < bytes.count else { return 0 }
        let count = min(buffer.count, bytes.count - position)
        buffer.copyBytes(from: bytes[position..<position + count])
        position += count
        return count
    }
}
