import Metrics
import Synchronization

/// Bytes of films that this worker has on the media Redis, so that reading ahead cannot push out the live windows (DESIGN §4,
/// "Bytes before record"). Over the limit nothing is read ahead; what somebody waits for is always delivered.
final class FilmBudget: Sendable {
    private struct State {
        var entries: [(until: ContinuousClock.Instant, bytes: Int)] = []
        var bytes = 0
    }

    private let limit: Int
    private let state = Mutex(State())
    private let gauge = Gauge(label: "film_bytes_in_flight")

    /// - Parameter limit: bytes.
    init(limit: Int) { self.limit = limit }

    var hasRoom: Bool { state.withLock { Self.expire(&$0) < limit } }

    func add(_ bytes: Int, for lifetime: Duration) {
        let total = state.withLock { state in
            state.entries.append((.now + lifetime, bytes))
            state.bytes += bytes
            return Self.expire(&state)
        }
        gauge.record(total)
    }

    private static func expire(_ state: inout State) -> Int {
        let gone = state.entries.prefix { $0.until < .now }.count
        state.bytes -= state.entries.prefix(gone).reduce(0) { $0 + $1.bytes }
        state.entries.removeFirst(gone)
        return state.bytes
    }
}
