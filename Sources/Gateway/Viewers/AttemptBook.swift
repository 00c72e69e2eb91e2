/// How long who has guessed wrong has to wait. A value without IO; times are given.
///
/// After `free` failures each further one doubles the wait, up to five minutes. Who has not failed for a quarter of an hour is forgotten.
/// Bounded: past `maximumEntries` what failed longest ago is forgotten first.
struct AttemptBook<Key: Hashable & Sendable>: Sendable {
    private struct Entry {
        var failures = 0
        var last: ContinuousClock.Instant
        var blockedUntil: ContinuousClock.Instant?
    }

    /// Failures that cost nothing.
    let free: Int
    private var entries: [Key: Entry] = [:]

    private static var first: Duration { .seconds(30) }
    private static var longest: Duration { .seconds(300) }
    private static var memory: Duration { .seconds(900) }
    private static var maximumEntries: Int { 20_000 }

    init(free: Int) { self.free = free }

    var count: Int { entries.count }

    /// Seconds to wait; `nil`: none.
    func wait(_ key: Key, at now: ContinuousClock.Instant) -> Int? {
        guard let until = entries[key]?.blockedUntil, until > now else { return nil }
        return Int((until - now).components.seconds) + 1
    }

    mutating func failed(_ key: Key, at now: ContinuousClock.Instant) {
        var entry = entries[key] ?? Entry(last: now)
        if now - entry.last > Self.memory { entry = Entry(last: now) }
        entry.failures += 1
        entry.last = now
        let excess = entry.failures - free
        if excess >= 0 {
            // 30, 60, 120, 240, 300 s.
            entry.blockedUntil = now + min(Self.longest, Self.first * (1 << min(excess, 10)))
        }
        entries[key] = entry
        if entries.count > Self.maximumEntries { shrink(at: now) }
    }

    mutating func succeeded(_ key: Key) { entries[key] = nil }

    private mutating func shrink(at now: ContinuousClock.Instant) {
        entries = entries.filter { now - $0.value.last <= Self.memory }
        guard entries.count > Self.maximumEntries else { return }
        let oldest = entries.sorted { $0.value.last < $1.value.last }.prefix(Self.maximumEntries / 10)
        for (key, _) in oldest { entries[key] = nil }
    }
}
