import Contracts

/// What an owner knows of its lease while Redis does not answer.
enum LeaseTime {
    /// The lease ends by Redis time; half a second early by ours covers the way there.
    private static let trusted = Duration.milliseconds(Leases.lease - 500)
    private static let longestPatience = Duration.milliseconds(1_500)
    private static let shortestPatience = Duration.milliseconds(100)

    /// Whether the lease may be another's by now.
    /// - Parameter renewedAt: when the last renewal that succeeded was asked for.
    static func isOver(since renewedAt: ContinuousClock.Instant, now: ContinuousClock.Instant = .now) -> Bool {
        now - renewedAt >= trusted
    }

    /// How long to wait for the next renewal: not beyond the moment from which on the lease counts as over.
    static func patience(since renewedAt: ContinuousClock.Instant, now: ContinuousClock.Instant = .now) -> Duration {
        let left = trusted - (now - renewedAt)
        return left > .zero ? min(max(left, shortestPatience), longestPatience) : longestPatience
    }
}
