/// Where a film's segments are cut: this file alone decides it, for the gateway's playlists and for the engine alike.
///
/// Pictures are numbered from 0 at one constant rate. Segments last 1, 2, 2 s, so that playback starts early, and then 4 s;
/// in pictures that is the nearest whole number, so every segment is exact at any rate (MEDIA.md §1.2). The last one takes
/// what is left; less than a quarter of a second is no segment of its own but joins the one before.
///
/// All times are ticks of 1/90000 s from the film's first picture, each rounded from its own number, never accumulated. The
/// muxer adds `lineStart`. Pure integer arithmetic; nothing overflows within years.
public struct FilmGrid: Contract, Hashable {
    public static let ticksPerSecond: Int64 = 90_000
    /// Timestamp of picture 0 in segments: 10 s, so that decode times and priming, which lie before, are never negative.
    public static let lineStart: Int64 = 900_000
    /// Samples per AAC packet.
    public static let audioBlock: Int64 = 1024
    /// EXT-X-TARGETDURATION, seconds.
    public static let targetDuration = 4

    private static let openingSeconds: [Int64] = [1, 2, 2]
    private static let steadySeconds: Int64 = 4
    /// Segments of other lengths than the rest, the last one aside.
    public static let openingCount = openingSeconds.count

    /// Pictures per second, as a fraction.
    public let rateNumerator: Int64
    public let rateDenominator: Int64
    /// At least 1.
    public let frameCount: Int64

    /// What is out of range is brought into it: the rate to 1 picture in 10 000 s … 1 000 000 a second, the count to 1 …
    /// 2³², a film of years.
    public init(rateNumerator: Int64, rateDenominator: Int64, frameCount: Int64) {
        self.rateNumerator = min(max(rateNumerator, 1), 1_000_000)
        self.rateDenominator = min(max(rateDenominator, 1), 10_000)
        self.frameCount = min(max(frameCount, 1), 1 << 32)
    }

    // MARK: The heart

    /// The first picture of a segment, as if the film never ended.
    private func boundary(_ segment: Int64) -> Int64 {
        let opening = Self.openingSeconds
        let sum = opening.prefix(Int(min(max(segment, 0), Int64(opening.count)))).reduce(0) { $0 + frames(seconds: $1) }
        return sum + max(0, segment - Int64(opening.count)) * frames(seconds: Self.steadySeconds)
    }

    private func frames(seconds: Int64) -> Int64 { max(1, Self.rounded(seconds * rateNumerator, rateDenominator)) }

    // MARK: Segments

    public var segmentCount: Int {
        let whole = Int(endlessSegment(containing: frameCount - 1)) + 1
        let rest = frameCount - boundary(Int64(whole - 1))
        return whole > 1 && rest * 4 * rateDenominator < rateNumerator ? whole - 1 : whole
    }

    /// The pictures of a segment; empty outside `0..<segmentCount`.
    public func frames(of segment: Int) -> Range<Int64> {
        guard segment >= 0, segment < segmentCount else { return frameCount..<frameCount }
        let end = segment == segmentCount - 1 ? frameCount : boundary(Int64(segment) + 1)
        return boundary(Int64(segment))..<end
    }

    /// T(k). For `segmentCount` it is the film's end.
    public func start(of segment: Int) -> Int64 { ticks(ofFrame: firstFrame(of: segment)) }

    /// From this segment's first picture to the next one's. EXTINF is this over 90000; any run of them sums up exactly.
    public func duration(of segment: Int) -> Int64 { start(of: segment + 1) - start(of: segment) }

    /// Of a segment after the first few, in ticks.
    public var steadyDuration: Int64 { ticks(ofFrame: frames(seconds: Self.steadySeconds)) }

    /// The film's length.
    public var duration: Int64 { ticks(ofFrame: frameCount) }

    /// The segment that a picture belongs to; the last one for all pictures after the end.
    public func segment(containing frame: Int64) -> Int {
        min(Int(endlessSegment(containing: min(max(frame, 0), frameCount - 1))), segmentCount - 1)
    }

    /// The segment that is being shown so many seconds after the start.
    public func segment(atSeconds seconds: Double) -> Int {
        guard seconds.isFinite, seconds > 0 else { return 0 }
        let frame = seconds * Double(rateNumerator) / Double(rateDenominator)
        return segment(containing: frame >= Double(frameCount) ? frameCount - 1 : Int64(frame))
    }

    /// Which AAC packets belong to a segment: those that begin in it. Packet n begins n × 1024 samples after picture 0.
    /// - Parameter sampleRate: samples per second, above 0.
    public func audioBlocks(of segment: Int, sampleRate: Int) -> Range<Int64> {
        firstBlock(
            notBefore: firstFrame(of: segment), sampleRate)..<firstBlock(
                notBefore: firstFrame(of: segment + 1), sampleRate)
    }

    // MARK: Times

    public func ticks(ofFrame frame: Int64) -> Int64 {
        Self.rounded(frame * Self.ticksPerSecond * rateDenominator, rateNumerator)
    }

    /// Packet −1 is the priming of the first segment.
    public static func ticks(ofBlock block: Int64, sampleRate: Int) -> Int64 {
        rounded(block * audioBlock * ticksPerSecond, Int64(max(1, sampleRate)))
    }

    // MARK: Arithmetic

    private func firstFrame(of segment: Int) -> Int64 {
        if segment <= 0 { return 0 }
        return segment >= segmentCount ? frameCount : boundary(Int64(segment))
    }

    private func endlessSegment(containing frame: Int64) -> Int64 {
        let opening = Int64(Self.openingSeconds.count)
        let steadyStart = boundary(opening)
        if frame >= steadyStart { return opening + (frame - steadyStart) / frames(seconds: Self.steadySeconds) }
        return (0..<opening).last { boundary($0) <= frame } ?? 0
    }

    private func firstBlock(notBefore frame: Int64, _ sampleRate: Int) -> Int64 {
        let divisor = rateNumerator * Self.audioBlock
        let (quotient, rest) = (frame * rateDenominator * Int64(max(1, sampleRate))).quotientAndRemainder(
            dividingBy: divisor)
        return rest > 0 ? quotient + 1 : quotient
    }

    /// The nearest whole number; halves go away from zero.
    private static func rounded(_ dividend: Int64, _ divisor: Int64) -> Int64 {
        let (quotient, rest) = dividend.quotientAndRemainder(dividingBy: divisor)
        guard 2 * abs(rest) >= divisor else { return quotient }
        return quotient + (dividend < 0 ? -1 : 1)
    }
}

extension FilmGrid {
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            rateNumerator: try values.decode(Int64.self, forKey: .rateNumerator),
            rateDenominator: try values.decode(Int64.self, forKey: .rateDenominator),
            frameCount: try values.decode(Int64.self, forKey: .frameCount))
    }
}
