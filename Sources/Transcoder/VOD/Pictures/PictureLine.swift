import Contracts
import Live
import Media

/// The film's pictures at the constant rate of its grid: what is shown as picture j is a function of the file alone.
///
/// A source picture belongs to the number nearest to its time; of several with one number the first counts, and a number
/// without one shows the last picture before it (MEDIA.md §1.2, §1.9). So every worker, wherever it began, numbers alike.
/// One thread at a time.
final class PictureLine {
    private struct Numbered {
        let number: Int64
        let frame: Frame
    }

    private let feed: PacketFeed
    private let info: FilmInfo
    private let decimation: Int64
    private let lookBack: Int64
    private var decoder: Decoder?
    private var deinterlacer: Deinterlacer?
    private var waiting: ArraySlice<PacketFeed.Timed> = []
    private var ahead: ArraySlice<Numbered> = []
    private var held: Numbered?
    private var hasEnded = false
    private var skipBefore: Int64 = .min

    /// Codecs that can hold fields: their pictures all go through the deinterlacer, so that it is in the same state
    /// wherever work began. Others have none.
    private static let fieldCodecs: Set<String> = [
        "mpeg2video", "mpeg1video", "h264", "vc1", "wmv3", "dvvideo", "mpeg4",
    ]
    /// A picture of the pre-roll that no other needs is not decoded, unless it is this near to the first wanted one.
    private static let skipMargin: Int64 = FilmGrid.ticksPerSecond / 2
    /// Whoever waits for a segment waits for the pictures before it to be decoded, too.
    private static let threads = 2
    /// How long the last picture stands after the film's pictures end; then it is black.
    private static let longestHold = 30
    /// Bytes of packets that wait in memory from a key frame on to the first wanted picture.
    private static let mostBytes = 256 << 20

    init(feed: PacketFeed) {
        self.feed = feed
        info = feed.info
        let rate = FrameRate(info.video.rateNumerator, info.video.rateDenominator)
        decimation = rate.decimation
        lookBack = Self.fieldCodecs.contains(info.video.codec) ? 2 : 0
    }

    /// Makes ready for picture `first`, after the feed was put somewhere before it.
    /// - Parameter anyway: take what there is, even if pictures just before `first` are missing.
    /// - Returns: false if the feed was put too late in the film. Throws `damaged` if its packets are larger than any film's.
    func begin(at first: Int64, anyway: Bool) throws -> Bool {
        (ahead, held, hasEnded, waiting) = ([], nil, false, [])
        let stream = info.video.index
        let target = info.grid.ticks(ofFrame: first)
        let latestKey = info.grid.ticks(ofFrame: max(0, first - lookBack))
        var hasKey = false
        var nearest: Int64 = .min
        var bytes = 0
        while let next = try feed.next(stream, before: target) {
            if next.packet.isKey, next.ticks <= latestKey || !hasKey && anyway {
                (waiting, hasKey) = ([next], true)
                bytes = next.packet.size
            } else if hasKey {
                waiting.append(next)
                bytes += next.packet.size
            }
            guard bytes <= Self.mostBytes else { throw FilmError.damaged }
            if next.ticks <= target { nearest = max(nearest, next.ticks) }
            if next.decodeTicks > target { break }
        }
        guard hasKey || anyway else { return false }
        skipBefore = max(nearest, target - FilmGrid.ticksPerSecond) - Self.skipMargin
        try makeDecoder()
        return true
    }

    private func makeDecoder() throws {
        guard let stream = feed.demuxer.streams.first(where: { $0.index == info.video.index }) else {
            throw FilmError.damaged
        }
        decoder = try Decoder(for: stream, of: feed.demuxer, showsDamage: false, threads: Self.threads)
        deinterlacer =
            Self.fieldCodecs.contains(info.video.codec)
            ? Deinterlacer(timeBase: stream.timeBase, isPermanent: true) : nil
    }

    /// The picture with this number; ask in order. Nil: there is none, show black.
    func picture(_ number: Int64) throws -> Frame? {
        while true {
            if let next = ahead.first {
                guard next.number <= number else { break }
                ahead.removeFirst()
                if held.map({ next.number > $0.number }) ?? true { held = next }
                continue
            }
            guard !hasEnded, try decodeMore(before: info.grid.ticks(ofFrame: number + 1)) else { break }
        }
        if let held {
            let mostHeld = Int64(Self.longestHold) * info.grid.rateNumerator / info.grid.rateDenominator
            return hasEnded && ahead.isEmpty && number - held.number > mostHeld ? nil : held.frame
        }
        return ahead.first?.frame
    }

    /// Decodes one more packet. False: nothing more comes before this time.
    private func decodeMore(before limit: Int64) throws -> Bool {
        let next = try waiting.popFirst() ?? feed.next(info.video.index, before: limit)
        guard let next else {
            guard feed.hasEnded else { return false }
            hasEnded = true
            add(try decoder?.drain().flatMap(deinterlaced) ?? [])
            add(try deinterlacer?.flush() ?? [])
            return true
        }
        decoder?.skipsUnreferencedFrames = next.ticks < skipBefore
        add(try decoder?.decode(next.packet).flatMap(deinterlaced) ?? [])
        return true
    }

    private func deinterlaced(_ frame: Frame) throws -> [Frame] {
        guard frame.pts != nil else { return [] }
        return try deinterlacer?.process(frame) ?? [frame]
    }

    private func add(_ frames: [Frame]) {
        let clock = feed.clock(info.video.index)
        for frame in frames {
            guard let ticks = frame.pts.map(clock.ticks), abs(ticks) < SourceClock.farthest else { continue }
            // Rounded to the source's own grid first: rounding to a thinned one would hit ties (MEDIA.md §1.2).
            let number = rounded(
                ticks * info.video.rateNumerator, FilmGrid.ticksPerSecond * info.video.rateDenominator)
            guard number >= 0, number % decimation == 0 else { continue }
            ahead.append(Numbered(number: number / decimation, frame: frame))
        }
    }
}
