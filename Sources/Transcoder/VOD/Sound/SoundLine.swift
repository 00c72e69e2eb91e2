import Contracts
import Media

/// One of the film's sound tracks as samples of its delivered rate, segment by segment.
///
/// Every segment is decoded for itself, by a new decoder, from a packet that depends on the segment alone: so decoders that
/// remember (the dither of AC-3, the predictions of Opus, the reservoir of MP3) come to the same samples wherever the work
/// began. That costs an eighth more decoding of sound, which is cheap. One thread at a time.
final class SoundLine {
    let track: FilmInfo.AudioTrack
    private let feed: PacketFeed
    private var packets: ArraySlice<PacketFeed.Timed> = []

    /// Decoding begins so long before the first sample that is wanted.
    private static let warmUp: Int64 = FilmGrid.ticksPerSecond / 2
    /// And goes on so long after the last one: decoders are late, and times inexact.
    private static let followUp: Int64 = FilmGrid.ticksPerSecond / 10
    /// Blocks that an encoder is fed before the first packet that is kept (MEDIA.md §1.7).
    static let encoderWarmUp: Int64 = 8

    init(track: FilmInfo.AudioTrack, feed: PacketFeed) {
        self.track = track
        self.feed = feed
    }

    /// The blocks that make a segment's packets: from the encoder's warm-up to the one that pushes the last packet out.
    static func blocks(of segment: Int, _ info: FilmInfo, sampleRate: Int) -> Range<Int64> {
        let own = info.grid.audioBlocks(of: segment, sampleRate: sampleRate)
        return own.lowerBound - encoderWarmUp..<own.upperBound + 2
    }

    /// Where reading must begin for a segment, in ticks.
    static func start(of segment: Int, _ info: FilmInfo, sampleRate: Int) -> Int64 {
        FilmGrid.ticks(
            ofBlock: blocks(of: segment, info, sampleRate: sampleRate).lowerBound, sampleRate: sampleRate) - warmUp
    }

    /// Makes ready after the feed was put somewhere else.
    /// - Returns: false if sound that the segment needs may lie before that place.
    func begin(at segment: Int) throws -> Bool {
        packets = []
        let start = Self.start(of: segment, feed.info, sampleRate: track.encodedSampleRate)
        guard let first = try feed.next(track.index, before: start + Self.warmUp) else { return false }
        packets.append(first)
        return first.ticks <= start
    }

    /// All samples of a segment's blocks. Ask in order, or `begin` anew.
    func samples(of segment: Int) throws -> SampleStore {
        let blocks = Self.blocks(of: segment, feed.info, sampleRate: track.encodedSampleRate)
        let range = blocks.lowerBound * 1024..<blocks.upperBound * 1024
        let end = FilmGrid.ticks(ofBlock: blocks.upperBound, sampleRate: track.encodedSampleRate) + Self.followUp
        while packets.last.map({ $0.ticks < end }) ?? true {
            guard let next = try feed.next(track.index, before: end) else { break }
            packets.append(next)
        }
        let start = Self.start(of: segment, feed.info, sampleRate: track.encodedSampleRate)
        let store = try decode(packets.drop { $0.ticks < start }.prefix { $0.ticks < end }, range)
        let nextStart = Self.start(of: segment + 1, feed.info, sampleRate: track.encodedSampleRate)
        packets = packets.drop { $0.ticks < nextStart }
        return store
    }

    private func decode(_ packets: ArraySlice<PacketFeed.Timed>, _ range: Range<Int64>) throws -> SampleStore {
        var store = SampleStore(range)
        guard let stream = feed.demuxer.streams.first(where: { $0.index == track.index }) else { return store }
        let decoder = try Decoder(for: stream, of: feed.demuxer)
        var writer = SoundWriter(track: track)
        for packet in packets {
            for frame in try decoder.decode(packet.packet) { try write(frame, &writer, &store) }
        }
        for frame in try decoder.drain() { try write(frame, &writer, &store) }
        try mixed(&writer) { try $0.finish(into: &store) }
        return store
    }

    private func write(_ frame: Frame, _ writer: inout SoundWriter, _ store: inout SampleStore) throws {
        guard let pts = frame.pts else { return }
        let ticks = feed.clock(track.index).ticks(pts)
        try mixed(&writer) { try $0.write(frame, atTicks: ticks, into: &store) }
    }

    /// Sound of a kind that cannot be mixed is as good as none: silence takes its place.
    private func mixed(_ writer: inout SoundWriter, _ write: (inout SoundWriter) throws -> Void) throws {
        do {
            try write(&writer)
        } catch let error as LibavError where error.code != .outOfMemory {
            writer = SoundWriter(track: track)
        }
    }
}
