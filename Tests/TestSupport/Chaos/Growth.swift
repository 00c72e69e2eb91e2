/// By how much a figure grew from the first quarter after the warm-up to the last. Pure.
public struct Growth: Sendable {
    /// Part of the samples that is warm-up.
    private static let warmUp = 0.1

    /// Means of the two quarters.
    public let first: Double
    public let last: Double

    /// nil with too few samples to say anything.
    public init?(_ samples: [Double]) {
        let warm = samples.dropFirst(Int(Double(samples.count) * Self.warmUp))
        let quarter = warm.count / 4
        guard quarter > 0 else { return nil }
        first = warm.prefix(quarter).reduce(0, +) / Double(quarter)
        last = warm.suffix(quarter).reduce(0, +) / Double(quarter)
    }

    /// Per cent of the first quarter; what came from nothing has grown without bound.
    public var percent: Double {
        guard first > 0 else { return last > 0 ? .infinity : 0 }
        return (last - first) / first * 100
    }
}
