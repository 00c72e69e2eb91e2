import Executors

/// One named question about a service's health: is Redis there, is there a worker.
public struct HealthCheck: Sendable {
    public enum Outcome: Sendable, Equatable {
        case ok(String? = nil)
        /// One sentence a person understands; no hosts, no credentials.
        case failing(String)
    }

    /// Longest time that a check may take; a slower one fails.
    static let patience: Duration = .seconds(2)

    public let name: String
    /// Whether the service is not *ready* without it. Readiness never waits for another service: only Redis counts.
    public let isNeededForReadiness: Bool
    private let ask: @Sendable () async -> Outcome

    public init(_ name: String, isNeededForReadiness: Bool = false, ask: @escaping @Sendable () async -> Outcome) {
        self.name = name
        self.isNeededForReadiness = isNeededForReadiness
        self.ask = ask
    }

    /// Asks, waiting at most two seconds.
    func outcome() async -> Outcome {
        await withTaskGroup(of: Outcome.self) { group in
            group.addTask { await ask() }
            group.addTask {
                try? await Task.sleep(for: Self.patience, clock: .loop)
                return .failing("No answer within 2 seconds.")
            }
            let first = await group.next() ?? .failing("Cancelled.")
            group.cancelAll()
            return first
        }
    }
}
