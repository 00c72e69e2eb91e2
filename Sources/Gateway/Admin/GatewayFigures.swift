import Synchronization

/// What this gateway has seen since it started, for the operator's page. Safe from any thread, only memory, bounded.
final class GatewayFigures: Sendable {
    private struct State {
        var errors: [String: Int] = [:]
        /// Milliseconds, newest last.
        var starts: [Int64] = []
    }

    /// Codes are few and stable; a bug that made them up shall not fill the memory.
    private static let maximumCodes = 200
    private static let maximumStarts = 200

    private let state = Mutex(State())

    /// A request was answered with an error.
    func failed(_ code: String) {
        state.withLock { state in
            guard state.errors[code] != nil || state.errors.count < Self.maximumCodes else { return }
            state.errors[code, default: 0] += 1
        }
    }

    /// A multivariant playlist was given after `wait`.
    func started(after wait: Duration) {
        state.withLock { state in
            state.starts.append(wait.milliseconds)
            state.starts.removeFirst(max(0, state.starts.count - Self.maximumStarts))
        }
    }

    struct Starts: Encodable, Sendable, Equatable {
        let count: Int
        /// Milliseconds; `null` without any.
        let median: Int64?
        let p95: Int64?
        let worst: Int64?

        /// - Parameter samples: in any order.
        init(_ samples: [Int64]) {
            let sorted = samples.sorted()
            count = sorted.count
            func quantile(_ share: Double) -> Int64? {
                sorted.isEmpty ? nil : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
            }
            median = quantile(0.5)
            p95 = quantile(0.95)
            worst = sorted.last
        }
    }

    var errors: [String: Int] { state.withLock { $0.errors } }
    /// Of the last 200 starts of channels and films.
    var starts: Starts { Starts(state.withLock { $0.starts }) }
}
