import Contracts
import Media

/// Turns one stream's times into ticks of 1/90000 s after the film's first picture. Pure.
struct SourceClock: Sendable {
    private let numerator: Int64
    private let denominator: Int64
    private let origin: Int64
    /// MPEG's 33 bits wrap: a time is taken to be within 13 hours of the origin.
    private let wraps: Bool

    private static let period: Int64 = 1 << 33
    /// Four months in ticks. Times of broken files may be anything; what is further away than this is not reckoned with.
    static let farthest: Int64 = 1 << 40

    init(timeBase: Rational, origin: Int64, container: FilmContainer) {
        numerator = Int64(timeBase.num) * FilmGrid.ticksPerSecond
        denominator = Int64(max(1, timeBase.den))
        self.origin = origin
        wraps = container == .mpegts || container == .mpegps
    }

    func ticks(_ time: Int64) -> Int64 {
        let (product, overflow) = time.multipliedReportingOverflow(by: numerator)
        guard !overflow else { return time < 0 ? -(1 << 60) : 1 << 60 }
        let distance = rounded(product, denominator) - origin
        guard wraps else { return distance }
        let forward = distance & (Self.period - 1)
        return forward > Self.period / 2 ? forward - Self.period : forward
    }

    /// When a packet is shown, or decoded if it does not say.
    func ticks(_ packet: Packet) -> Int64? { (packet.pts ?? packet.dts).map(ticks) }

    /// When a packet is decoded, or shown if it does not say.
    func decodeTicks(_ packet: Packet) -> Int64? { (packet.dts ?? packet.pts).map(ticks) }

    /// A length of time in ticks.
    func duration(_ time: Int64) -> Int64 {
        let (product, overflow) = time.multipliedReportingOverflow(by: numerator)
        return overflow ? 0 : rounded(product, denominator)
    }

    /// The stream's own time, for seeking.
    func time(ofTicks ticks: Int64) -> Int64 {
        let (product, overflow) = (ticks + origin).multipliedReportingOverflow(by: denominator)
        return overflow ? 0 : rounded(product, max(1, numerator))
    }
}

/// The nearest whole number; halves go away from zero. The divisor is positive.
func rounded(_ dividend: Int64, _ divisor: Int64) -> Int64 {
    let (quotient, rest) = dividend.quotientAndRemainder(dividingBy: divisor)
    guard 2 * abs(rest) >= divisor else { return quotient }
    return quotient + (dividend < 0 ? -1 : 1)
}
