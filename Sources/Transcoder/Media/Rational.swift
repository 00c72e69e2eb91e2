import CLibav

/// An exact fraction: a frame rate in frames per second, or a time base in seconds per tick.
public struct Rational: Sendable, Hashable, CustomStringConvertible {
    public let num: Int
    public let den: Int

    public init(_ num: Int, _ den: Int) {
        self.num = num
        self.den = den
    }

    /// Only for display and for rules of thumb; never for timestamps.
    public var value: Double { den == 0 ? 0 : Double(num) / Double(den) }
    public var inverse: Rational { Rational(den, num) }
    public var description: String { "\(num)/\(den)" }
}

extension Rational {
    init(_ value: AVRational) { self.init(Int(value.num), Int(value.den)) }
    /// Nil for libav's ways to say "unknown": 0/1, 0/0, 1/0.
    init?(known value: AVRational) {
        guard value.num > 0, value.den > 0 else { return nil }
        self.init(value)
    }
    var libav: AVRational { AVRational(num: Int32(clamping: num), den: Int32(clamping: den)) }
}
