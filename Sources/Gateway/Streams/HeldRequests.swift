import Metrics
import Synchronization

/// Bounds how many requests may be held at once; one more is answered 503 with `too_many_waiting`.
final class HeldRequests: Sendable {
    private let maximum: Int
    private let count = Atomic<Int>(0)
    private let gauge = Gauge(label: "gateway_held_requests")

    init(maximum: Int) { self.maximum = maximum }

    var current: Int { count.load(ordering: .relaxed) }

    func holding<Result>(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
    ) async throws -> Result {
        let held = count.add(1, ordering: .relaxed).newValue
        defer { gauge.record(count.subtract(1, ordering: .relaxed).newValue) }
        guard held <= maximum else { throw APIError.tooManyHeld }
        gauge.record(held)
        return try await body()
    }
}
