import Metrics

/// What one kind of connection counts. Labels: `redis` (the configuration's name) and `role`; both bounded.
struct RedisMetrics: Sendable {
    enum Role: String { case commands, subscriber, blocking }

    /// Commands by outcome: `ok` or an error code.
    private let outcomes: [String: Counter]
    private let otherOutcome: Counter
    /// From the call to the last reply, waiting for a connection included.
    private let latency: Timer
    /// Commands waiting or under way.
    private let inFlight: Gauge
    /// Connections made after the first.
    private let reconnects: Counter
    /// Attempts to connect that failed.
    private let failedConnects: Counter
    /// Subscriptions open now.
    private let subscriptions: Gauge
    /// Messages dropped because their reader was too slow.
    private let drops: Counter

    init(_ role: Role, name: String) {
        let labels = [("redis", name), ("role", role.rawValue)]
        func outcome(_ code: String) -> Counter {
            Counter(label: "redis_commands_total", dimensions: labels + [("outcome", code)])
        }
        let codes: [RedisError.Code] = [
            .notConnected, .connectionLost, .timeout, .overloaded, .server, .outOfMemory, .unavailable,
            .protocolViolation,
            .configuration, .closed,
        ]
        let known = ["ok", "cancelled"] + codes.map(\.rawValue)
        outcomes = Dictionary(uniqueKeysWithValues: known.map { ($0, outcome($0)) })
        otherOutcome = outcome("other")
        latency = Timer(label: "redis_command_duration_seconds", dimensions: labels)
        inFlight = Gauge(label: "redis_commands_in_flight", dimensions: labels)
        reconnects = Counter(label: "redis_reconnects_total", dimensions: labels)
        failedConnects = Counter(label: "redis_failed_connects_total", dimensions: labels)
        subscriptions = Gauge(label: "redis_subscriptions", dimensions: labels)
        drops = Counter(label: "redis_subscription_drops_total", dimensions: labels)
    }

    func record(_ outcome: String, after duration: Duration, inFlight count: Int) {
        inFlight.record(count)
        (outcomes[outcome] ?? otherOutcome).increment()
        let (seconds, attoseconds) = duration.components
        latency.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    func reconnected() { reconnects.increment() }
    func connectFailed() { failedConnects.increment() }
    func subscribed(now count: Int) { subscriptions.record(count) }
    func dropped(_ count: Int) { drops.increment(by: count) }

    static func outcome(of error: any Error) -> String {
        switch error {
        case let error as RedisError: error.code.rawValue
        case is CancellationError: "cancelled"
        default: "other"
        }
    }
}
