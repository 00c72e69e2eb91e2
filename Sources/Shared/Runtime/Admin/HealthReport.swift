/// The answers to all health checks at one moment.
public struct HealthReport: Sendable, Codable, Equatable {
    public struct Check: Sendable, Codable, Equatable {
        public let name: String
        public let ok: Bool
        public let detail: String?
    }

    /// `ok` or `failing`.
    public let status: String
    public let service: String
    public let instance: String
    public let version: String
    public let uptimeSeconds: Int
    public let checks: [Check]

    public var isHealthy: Bool { status == "ok" }
}
