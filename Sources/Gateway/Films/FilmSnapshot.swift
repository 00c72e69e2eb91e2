import Contracts

/// What this gateway knows about a film at one moment. A value; decisions are made on it.
struct FilmSnapshot: Sendable {
    /// `nil`: not read yet.
    var status: FilmStatus?
    /// Read from the status once for each text.
    private(set) var info: FilmInfo?
    /// While the film waits for a provider connection: whether fresh viewers watch on every one in use.
    var connectionsAreWatched = true
    /// When `status` was read, on this machine's clock.
    private(set) var readAt: ContinuousClock.Instant = .now

    /// Redis time in ms, estimated from the last reading.
    func redisTime(at instant: ContinuousClock.Instant = .now) -> Int64 {
        (status?.now ?? 0) + (instant - readAt).milliseconds
    }

    /// Takes over a reading. Returns whether anything changed that a waiter could care about.
    mutating func note(_ new: FilmStatus, at instant: ContinuousClock.Instant = .now) -> Bool {
        let old = status
        status = new
        readAt = instant
        if old?.infoText != new.infoText || (info == nil && new.infoText != nil) {
            // What this version cannot read is as good as nothing: its owner describes it again.
            info = new.infoText.flatMap { try? FilmInfo(json: $0) }
        }
        return old?.state != new.state || old?.epoch != new.epoch || old?.owner != new.owner
            || old?.reason != new.reason || old?.retryAt != new.retryAt || old?.infoText != new.infoText
    }
}
