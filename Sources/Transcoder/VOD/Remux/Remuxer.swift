import Contracts
import Live
import Media

/// Makes segments of the `original` rendition: the source's own pictures and sound, in MPEG-TS (MEDIA.md §1.8).
///
/// Segments begin at IDRs of the source, as `FilmInfo.original` lists them, on the same timeline as the encoded ones. Each is a
/// function of the source alone. Use it on one thread at a time; it stops when its source throws.
public final class Remuxer {
    public let info: FilmInfo
    private let original: FilmInfo.Original
    private let source: any RandomAccessSource
    private var feed: PacketFeed?
    private var next: Int?
    /// The packet that begins the next segment.
    private var pending: PacketFeed.Timed?
    private var pendingSound: PacketFeed.Timed?

    /// Times of indexes and packets may differ by rounding.
    private static let tolerance: Int64 = 1_500
    private static let attempts: [Int64] = [0, 2, 12]
    /// Bytes of pictures in one segment, which waits in memory as a whole.
    private static let mostBytes = 256 << 20

    /// Throws `notOffered` if the film has no such rendition. So does `make`, if a segment turns out to begin with a picture that
    /// needs earlier ones.
    public init(source: any RandomAccessSource, info: FilmInfo) throws {
        guard let original = info.original else {
            throw FilmError(.notOffered, "This film's own pictures cannot be played in a browser.")
        }
        self.source = source
        self.info = info
        self.original = original
    }

    public var segmentCount: Int { original.boundaries.count }

    /// Whether the first two segments begin with IDRs. Indexes call every picture a key frame from which decoding gets going
    /// sooner or later; in films made that way only the very first is an IDR. Where an index lies, a segment does not begin at all:
    /// then this is false too, for the film's other renditions do not depend on it. Throws what the source throws.
    func startsAreIDRs() throws -> Bool {
        defer { next = nil }
        do {
            for segment in 0..<min(2, segmentCount) {
                let feed = try place(segment)
                guard let start = pending, nals(feed).isIDR(start.packet.bytes) else { return false }
            }
            return true
        } catch is FilmError {
            return false
        } catch is LibavError {
            return false
        }
    }

    private func nals(_ feed: PacketFeed) -> NALUnits {
        NALUnits(extradata: feed.demuxer.details(of: info.video.index)?.extradata ?? [])
    }

    /// Makes segments from `first` on, in order. Throws what the source throws, `FilmError`, or a `LibavError`.
    /// - Parameters:
    ///   - isWanted: asked before each segment; false ends the call.
    ///   - deliver: segment, bytes (MPEG-TS), CPU seconds.
    public func make(
        from first: Int, while isWanted: (Int) throws -> Bool = { _ in true },
        deliver: (Int, [UInt8], Double) throws -> Void
    ) throws {
        for segment in max(0, first)..<max(first, segmentCount, 0) {
            guard try isWanted(segment) else { return }
            let began = ThreadTime.now
            do {
                let bytes = try make(segment)
                next = segment + 1
                try deliver(segment, bytes, Double(ThreadTime.now - began) / 1e9)
            } catch {
                next = nil
                throw error
            }
        }
    }

    private func make(_ segment: Int) throws -> [UInt8] {
        let feed = try place(segment)
        let end = segment + 1 < segmentCount ? original.boundaries[segment + 1] : .max
        let pictures = try video(feed, until: end)
        guard let first = pictures.first else { throw FilmError.damaged }
        let nals = nals(feed)
        // Players may begin with any segment.
        guard nals.isIDR(first.packet.bytes) else { throw FilmError.notIndependent }
        let sounds = try audio(feed, from: segment == 0 ? .min : first.ticks, until: pending?.ticks ?? .max)
        let header = sounds.first.flatMap { packet in
            AACFrames(
                extradata: info.audio.first.flatMap { feed.demuxer.details(of: $0.index)?.extradata } ?? [],
                packet: packet.packet.bytes)
        }
        let program = TSProgram(
            video: true,
            audio: header.map {
                TSProgram.Audio(
                    sampleRate: $0.sampleRate, channels: $0.channels, language: info.audio.first?.language)
            })
        return TSMuxer.segment(
            number: segment, video: units(pictures, nals),
            audio: sounds.map {
                AccessUnit(audio: AACFrames.raw($0.packet.bytes), pts: FilmGrid.lineStart + $0.ticks)
            }, program: program)
    }

    // MARK: Places

    private func place(_ segment: Int) throws -> PacketFeed {
        if let feed, next == segment, pending != nil { return feed }
        let streams = Set([info.video.index] + info.audio.prefix(1).map(\.index))
        let feed = try feed ?? PacketFeed(source: source, info: info, streams: streams)
        self.feed = feed
        let start = original.boundaries[segment]
        for seconds in Self.attempts {
            // Sound lies up to a second before the picture that it belongs to.
            let target = start - (seconds * FilmGrid.ticksPerSecond)
            pendingSound = nil
            if target <= 0 { try feed.rewind() } else { try feed.seek(toTicks: target) }
            if try find(start, feed) { return feed }
        }
        throw FilmError.damaged
    }

    /// Skips to the packet that begins a segment. False: the feed is past it, or past the sound that goes with it.
    private func find(_ start: Int64, _ feed: PacketFeed) throws -> Bool {
        pending = nil
        while let packet = try feed.next(info.video.index, before: start + Self.tolerance) {
            guard packet.packet.isKey, packet.ticks >= start - Self.tolerance else { continue }
            guard packet.ticks <= start + Self.tolerance else { return false }
            pending = packet
            break
        }
        guard let pending, let track = info.audio.first else { return pending != nil }
        let sound = try feed.next(track.index, before: pending.ticks + FilmGrid.ticksPerSecond)
        pendingSound = sound
        return sound.map { $0.ticks <= pending.ticks } ?? false || start <= FilmGrid.ticksPerSecond
    }

    // MARK: Packets

    private func video(_ feed: PacketFeed, until end: Int64) throws -> [PacketFeed.Timed] {
        var packets = pending.map { [$0] } ?? []
        var bytes = pending?.packet.size ?? 0
        pending = nil
        while let packet = try feed.next(
            info.video.index, before: end == .max ? .max / 2 : end + FilmGrid.ticksPerSecond)
        {
            if packet.packet.isKey, packet.ticks >= end - Self.tolerance, !packets.isEmpty {
                pending = packet
                break
            }
            bytes += packet.packet.size
            guard bytes <= Self.mostBytes else { throw FilmError.damaged }
            packets.append(packet)
        }
        return packets
    }

    /// Packets that are no sound, because no header can say their size, are left out.
    private func audio(_ feed: PacketFeed, from start: Int64, until end: Int64) throws -> [PacketFeed.Timed] {
        guard let track = info.audio.first else { return [] }
        var packets: [PacketFeed.Timed] = []
        while true {
            let packet = try pendingSound ?? feed.next(track.index, before: end == .max ? .max / 2 : end)
            pendingSound = nil
            guard let packet else { break }
            guard packet.ticks < end else {
                pendingSound = packet
                break
            }
            if packet.ticks >= start, packet.packet.size <= TSMuxer.largestSound { packets.append(packet) }
        }
        return packets
    }

    /// Decode times are made here: Matroska has none, and those of the other containers begin anew after a seek. Pictures are
    /// decoded in the order and rhythm in which they are shown, so much earlier that none is late.
    private func units(_ packets: [PacketFeed.Timed], _ nals: NALUnits) -> [AccessUnit] {
        let shown = packets.map(\.ticks).sorted()
        return zip(packets, shown).compactMap { packet, time in
            nals.annexB(packet.packet.bytes).map {
                AccessUnit(
                    data: $0, pts: FilmGrid.lineStart + packet.ticks,
                    dts: FilmGrid.lineStart + min(packet.ticks, time - original.reorder), isKey: packet.packet.isKey)
            }
        }
    }
}
