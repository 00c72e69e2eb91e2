/// Tasks that wait for a change, each with its own deadline. A value type: the caller locks, and resumes what it gets.
///
/// Deadlines are kept by a sweep every 200 ms instead of one timer per request: ten thousand held requests cost one pass.
struct Waiters: Sendable {
    typealias Continuation = CheckedContinuation<Void, Never>

    private var waiting: [UInt64: (continuation: Continuation, deadline: ContinuousClock.Instant)] = [:]

    var count: Int { waiting.count }

    mutating func add(_ number: UInt64, _ continuation: Continuation, until deadline: ContinuousClock.Instant) {
        waiting[number] = (continuation, deadline)
    }

    mutating func remove(_ number: UInt64) -> Continuation? { waiting.removeValue(forKey: number)?.continuation }

    mutating func removeAll() -> [Continuation] {
        defer { waiting = [:] }
        return waiting.values.map(\.continuation)
    }

    mutating func removeOverdue(at now: ContinuousClock.Instant) -> [Continuation] {
        let overdue = waiting.filter { $0.value.deadline <= now }
        for number in overdue.keys { waiting[number] = nil }
        return overdue.values.map(\.continuation)
    }
}
