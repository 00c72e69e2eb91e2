import Contracts
import Media

/// What the file's own index says: where key frames are, and whether all of it is there.
struct FilmIndex {
    /// Key frames in order, in ticks from the first picture.
    let keys: [Int64]
    /// The file is shorter than its index; the film ends here, in ticks from the first picture.
    let end: Int64?
    private let reachesOn: Bool
    private let isInHeader: Bool

    /// Reading it may take a seek: Matroska's index is often at the file's end. Throws what the source throws.
    init(_ file: FilmFile, video: ProbedStream, origin: Int64) throws {
        let clock = SourceClock(timeBase: video.description.timeBase, origin: origin, container: file.container)
        let hasIndex = file.container != .mpegts && file.container != .mpegps
        if hasIndex { _ = try file.demuxer.seek(stream: video.index, to: clock.time(ofTicks: 0)) }
        let entries = hasIndex ? file.demuxer.index(of: video.index) : []
        let size = file.source.size
        let lost = entries.first { $0.position >= 0 && $0.position + Int64($0.size) > size }
        end = lost.map { clock.ticks($0.time) }
        let times = entries.filter { $0.isKey && $0.position < size }.map { clock.ticks($0.time) }
            .filter { abs($0) < SourceClock.farthest }.sorted()
        // Most containers index decode times; the first key frame is picture 0 all the same.
        let shift = times.first.map { abs($0) < FilmGrid.ticksPerSecond ? $0 : 0 } ?? 0
        keys = times.map { $0 - shift }
        isInHeader = file.container == .mp4
        reachesOn = entries.contains { $0.isKey && $0.position > size / 2 }
    }

    /// Whether it covers a film of this length, and is not only what libav has gathered while it read the beginning.
    func isComplete(until end: Int64) -> Bool {
        guard keys.count > 1, reachesOn, let last = keys.last else { return false }
        if isInHeader { return true }
        let longest = zip(keys, keys.dropFirst()).map { $1 - $0 }.max() ?? 0
        return end - last <= max(2 * longest, FilmGrid.ticksPerSecond)
    }

    /// Segment starts for copied pictures: the first key frame 4 s or more after the last start.
    func boundaries(until end: Int64) -> [Int64] {
        var result: [Int64] = []
        for key in keys where key < end {
            if result.isEmpty {
                result.append(max(0, key))
            } else if let last = result.last, key - last >= 4 * FilmGrid.ticksPerSecond {
                result.append(key)
            }
        }
        return result
    }

    /// The longest time between key frames, the film's end included. Nil: not all key frames are known.
    func longestGap(until end: Int64) -> Int64? {
        guard isComplete(until: end) else { return nil }
        let all = keys.filter { $0 < end } + [end]
        return zip(all, all.dropFirst()).map { $1 - $0 }.max()
    }
}
