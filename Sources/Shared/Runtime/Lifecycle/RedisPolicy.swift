/// How a Redis server keeps and evicts data, and whether that suits its role (DESIGN §4).
struct RedisPolicy: Sendable, Equatable {
    enum Role: Sendable, CaseIterable {
        /// State and lists: nothing may be evicted, a restart must not forget.
        case coordination
        /// Segment bytes: all of it may be evicted, memory must be bounded.
        case media
        /// Both on one server: only what has a TTL may be evicted.
        case both
    }

    /// `maxmemory-policy`.
    let eviction: String
    /// `maxmemory` in bytes; 0: no bound.
    let maximumMemory: Int64
    /// `appendonly`.
    let isAppendOnly: Bool

    /// What is wrong and how to put it right, a sentence each; empty if all is well.
    func complaints(for role: Role) -> [String] {
        switch role {
        case .coordination:
            return evictionComplaint(["noeviction"], why: "this Redis holds state that must not vanish")
                + appendOnlyComplaint
        case .media:
            return evictionComplaint(
                ["allkeys-lru", "allkeys-lfu", "volatile-lru", "volatile-lfu"], why: "old segments must make room")
                + memoryComplaint
        case .both:
            return evictionComplaint(
                ["volatile-lru", "volatile-lfu", "volatile-ttl"],
                why: "one Redis holds state and segments, and only segments have a TTL")
                + memoryComplaint + appendOnlyComplaint
        }
    }

    private func evictionComplaint(_ good: [String], why: String) -> [String] {
        guard !good.contains(eviction), let best = good.first else { return [] }
        return ["maxmemory-policy is \(eviction), but \(why): CONFIG SET maxmemory-policy \(best)"]
    }

    private var memoryComplaint: [String] {
        maximumMemory > 0 ? [] : ["maxmemory is not set, so segments can fill the machine: CONFIG SET maxmemory 1gb"]
    }

    private var appendOnlyComplaint: [String] {
        isAppendOnly ? [] : ["appendonly is off, so a restart forgets leases and slots: CONFIG SET appendonly yes"]
    }
}
