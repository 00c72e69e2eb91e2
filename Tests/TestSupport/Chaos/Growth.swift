/// By how much a figure grew from the first quarter of its samples to the last. Pure.
public struct Growth: Sendable {
    /// Means of the two quarters.
    public let first: Double
    public let last: Double

    /// nil with too few samples to say anything.
    /// - Parameter samples: under steady load.
    public init?(_ samples: [Double]) {
        let quarter = samples.count / 4
        guard quarter > 0 else { return nil }
        first = samples.prefix(quarter).reduce(0, +) / Double(quarter)
        last = samples.suffix(quarter).reduce(0, +) / Double(quarter)
    }

    /// Per cent of the first quarter; what came from nothing has grown without bound.
    public var percent: Double {
        guard first > 0 else { return last > 0 ? .infinity : 0 }
        return (last - first) / first * 100
    }
}
