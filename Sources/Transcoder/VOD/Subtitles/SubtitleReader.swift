import Contracts
import Media

/// Reads text subtitles out of a film as WebVTT segments on the film's own grid.
///
/// In Matroska subtitles lie among pictures and sound, so a segment of them costs reading that part of the file; in MP4 they are
/// found by themselves. One thread at a time; it stops when its source throws.
public final class SubtitleReader {
    public let info: FilmInfo
    private let source: any RandomAccessSource
    private let track: FilmInfo.SubtitleTrack
    private var feed: PacketFeed?
    private var next: Int?
    /// Not yet all shown at the last segment's end.
    private var cues: [SubtitleCue] = []

    /// Cues that began so long before a segment may still be shown in it, in ticks.
    private static let longest: Int64 = 12 * FilmGrid.ticksPerSecond
    /// What a cue lasts that does not say, in ticks.
    private static let usual: Int64 = 3 * FilmGrid.ticksPerSecond

    /// - Parameter name: of `FilmInfo.subtitles`. Throws `unknownRendition`, or `notOffered` for pictures.
    public init(source: any RandomAccessSource, info: FilmInfo, name: String) throws {
        guard let track = info.subtitles.first(where: { $0.name == name }) else {
            throw FilmError(.unknownRendition, "This film has no subtitles of that name.")
        }
        guard track.isText else {
            throw FilmError(.notOffered, "These subtitles are pictures, which browsers cannot show.")
        }
        self.source = source
        self.info = info
        self.track = track
    }

    /// Makes segments from `first` on, in order. Throws what the source throws, or `FilmError`.
    public func make(
        from first: Int, while isWanted: (Int) throws -> Bool = { _ in true }, deliver: (Int, [UInt8]) throws -> Void
    ) throws {
        for segment in max(0, first)..<max(first, info.grid.segmentCount, 0) {
            guard try isWanted(segment) else { return }
            do {
                let bytes = try make(segment)
                next = segment + 1
                try deliver(segment, bytes)
            } catch {
                next = nil
                throw error
            }
        }
    }

    private func make(_ segment: Int) throws -> [UInt8] {
        let (start, end) = (info.grid.start(of: segment), info.grid.start(of: segment + 1))
        let feed = try place(segment)
        while let packet = try feed.next(track.index, before: end) {
            if let cue = cue(packet) { cues.append(cue) }
            if packet.ticks >= end { break }
        }
        feed.drop(info.video.index)
        defer { cues.removeAll { $0.end <= end } }
        return WebVTT.segment(cues.filter { $0.start < end && $0.end > start && $0.start > start - Self.longest })
    }

    private func place(_ segment: Int) throws -> PacketFeed {
        if let feed, next == segment { return feed }
        cues = []
        // The picture tells how far reading has come; MP4 needs no such help.
        let streams = info.container == .mp4 ? [track.index] : [track.index, info.video.index]
        let feed = try feed ?? PacketFeed(source: source, info: info, streams: Set(streams))
        self.feed = feed
        let target = info.grid.start(of: segment) - Self.longest
        if target <= 0 { try feed.rewind() } else { try feed.seek(toTicks: target) }
        return feed
    }

    private func cue(_ packet: PacketFeed.Timed) -> SubtitleCue? {
        guard let text = SubtitleText.cue(packet.packet.bytes, codec: track.codec) else { return nil }
        let duration = feed?.clock(track.index).duration(packet.packet.duration) ?? 0
        let end = packet.ticks + (duration > 0 ? duration : Self.usual)
        return end > 0 ? SubtitleCue(start: packet.ticks, end: end, text: text) : nil
    }
}
