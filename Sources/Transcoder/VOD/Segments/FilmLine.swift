import Contracts
import Media

/// The film's decoded pictures and samples from one place on, for one set of streams. One thread at a time.
final class FilmLine {
    let info: FilmInfo
    let streams: Set<Int>
    /// The segment that it stands before; nil: it must `begin` first.
    var next: Int?
    private let feed: PacketFeed
    private let pictures: PictureLine?
    private let sounds: [Int: SoundLine]

    /// How long before a segment reading begins, one after the other until all that it needs was found, in seconds. Indexes
    /// lead to the right place at once; without, key frames may be far apart.
    private static let attempts: [Int64] = [1, 5, 16, 40, 100]
    /// Sound that was not found by then is not there.
    private static let soundAttempts = 2

    /// - Parameter reusing: a line of the same film whose open file is taken over, if it fits.
    init(source: any RandomAccessSource, info: FilmInfo, plan: RenditionPlan, reusing old: FilmLine?) throws {
        self.info = info
        streams = plan.streams(info)
        if let old, old.streams == streams {
            feed = old.feed
        } else {
            feed = try PacketFeed(source: source, info: info, streams: streams)
        }
        let feed = feed
        pictures = plan.pictures.isEmpty ? nil : PictureLine(feed: feed)
        sounds = Dictionary(
            plan.tracks.map { ($0.index, SoundLine(track: $0, feed: feed)) }, uniquingKeysWith: { $1 })
    }

    func sound(_ track: Int) -> SoundLine? { sounds[track] }

    func picture(_ number: Int64) throws -> Frame? { try pictures?.picture(number) }

    /// Goes to where this segment can be made from.
    func begin(at segment: Int) throws {
        let start = info.grid.start(of: segment)
        for (number, seconds) in Self.attempts.enumerated() {
            let target = start - seconds * FilmGrid.ticksPerSecond
            guard target > 0 else { break }
            try feed.seek(toTicks: target)
            if try ready(segment, anyway: false, soundAnyway: number + 1 >= Self.soundAttempts) { return }
        }
        if start <= (Self.attempts.last ?? 0) * FilmGrid.ticksPerSecond { try feed.rewind() }
        _ = try ready(segment, anyway: true, soundAnyway: true)
    }

    private func ready(_ segment: Int, anyway: Bool, soundAnyway: Bool) throws -> Bool {
        if let pictures {
            guard try pictures.begin(at: info.grid.frames(of: segment).lowerBound, anyway: anyway) else { return false }
        }
        for sound in sounds.values {
            guard try sound.begin(at: segment) || soundAnyway else { return false }
        }
        return true
    }
}
