/// Frames per second as an exact fraction.
///
/// Everything on the output line is counted in frames of one such rate, so no rounding ever adds up (MEDIA.md §1.2).
public struct FrameRate: Sendable, Hashable, CustomStringConvertible {
    public let numerator: Int64
    public let denominator: Int64

    /// - Parameters:
    ///   - numerator: 1...1 000 000.
    ///   - denominator: 1...10 000. With both in range nothing overflows within years of output.
    public init(_ numerator: Int64, _ denominator: Int64 = 1) {
        precondition(
            (1...1_000_000).contains(numerator) && (1...10_000).contains(denominator), "frame rate out of range")
        self.numerator = numerator
        self.denominator = denominator
    }

    /// The rates that television and film use, slowest first.
    public static let standard = [
        FrameRate(24000, 1001), FrameRate(24), FrameRate(25), FrameRate(30000, 1001), FrameRate(30),
        FrameRate(50), FrameRate(60000, 1001), FrameRate(60),
    ]

    /// What a source without a usable rate is taken for: the rate of television where this service is used.
    public static let fallback = FrameRate(25)

    /// The standard rate that is nearest to a measured one; on a tie the slower. A rate that is not positive gives `fallback`.
    ///
    /// The parameters are what libav reports (`AVRational`), hence 32 bits, which also keeps the products small.
    public static func nearest(toNumerator numerator: Int32, denominator: Int32) -> FrameRate {
        guard numerator > 0, denominator > 0 else { return fallback }
        let (n, d) = (Int64(numerator), Int64(denominator))
        /// |n/d − rate| is this over (d × rate.denominator); d is common to all and left out.
        func distance(_ rate: FrameRate) -> Int64 { abs(n * rate.denominator - rate.numerator * d) }
        return standard.dropFirst().reduce(standard[0]) { best, next in
            distance(next) * best.denominator < distance(best) * next.denominator ? next : best
        }
    }

    /// How many source frames go into one output frame, so that output stays at 30 a second or less: 2 for
    /// 50, 59.94 and 60, else 1.
    public var decimation: Int64 { max(1, roundedUp(numerator, 30 * denominator)) }

    /// The output's rate for this source rate: 50 → 25, 59.94 → 29.97, 60 → 30, others as they are.
    public var capped: FrameRate {
        let factor = decimation
        return numerator % factor == 0
            ? FrameRate(numerator / factor, denominator) : FrameRate(numerator, denominator * factor)
    }

    /// The number of whole frames nearest to a time.
    public func frames(inSeconds seconds: Int64) -> Int64 { rounded(seconds * numerator, denominator) }

    public var description: String { denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)" }
}
