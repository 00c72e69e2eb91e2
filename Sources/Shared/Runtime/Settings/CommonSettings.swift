import Contracts
import Logging
import Redis

/// Settings that every service has.
///
/// | variable | default | meaning |
/// | --- | --- | --- |
/// | `DASH_ENV` (or `NODE_ENV`) | `development` | `production` logs JSON even on a terminal and tightens defaults |
/// | `LOG_LEVEL` | `info` | `trace debug info notice warning error critical` (`warn` is `warning`) |
/// | `REDIS_URL` | `redis://127.0.0.1:6379` | coordination Redis; `rediss://` for TLS |
/// | `MEDIA_REDIS_URL` | `REDIS_URL` | Redis for segment bytes |
/// | `REDIS_KEY_PREFIX` | `dash` | keeps installations apart on one server |
/// | `ADMIN_PORT` | 9100 to 9103 by service | `/metrics` and health; 0 takes any free port |
/// | `INSTANCE_ID` | service, host, pid and chance | unique name of this process |
public struct CommonSettings: Sendable {
    public enum Environment: String, Sendable, CaseIterable { case development, production }

    public let service: ServiceKind
    public let environment: Environment
    public let logLevel: Logger.Level
    public let redis: RedisConfiguration
    public let mediaRedis: RedisConfiguration
    /// Both roles are on one server, which must then evict only what has a TTL.
    public let sharesRedis: Bool
    public let keys: Keys
    public let adminPort: Int
    public let instance: String

    public init(_ settings: Settings, service: ServiceKind) throws(SettingsError) {
        self.service = service
        environment = try settings.choice(
            settings.raw("DASH_ENV") == nil ? "NODE_ENV" : "DASH_ENV", default: .development)
        logLevel = try Self.logLevel(settings)
        let url = try settings.url(
            "REDIS_URL", default: "redis://127.0.0.1:6379", schemes: ["redis", "rediss"], example: Self.redisExample)
        let mediaURL = try settings.url(
            "MEDIA_REDIS_URL", default: url, schemes: ["redis", "rediss"], example: Self.redisExample)
        redis = try Self.configuration("REDIS_URL", url)
        mediaRedis = try Self.configuration("MEDIA_REDIS_URL", mediaURL)
        sharesRedis = url == mediaURL
        keys = Keys(
            prefix: try settings.text(
                "REDIS_KEY_PREFIX", default: "dash", maximumLength: 40, example: "dash",
                description: "a name of at most 40 letters, digits, - and _"
            ) { InstanceName.isAllowed($0) || $0 == "_" })
        adminPort = try Self.adminPort(settings, service: service)
        instance = try settings.text(
            "INSTANCE_ID", default: InstanceName.unique(service), maximumLength: 80, example: "\(service.rawValue)-1",
            description: "a name of at most 80 letters, digits and -", allowed: InstanceName.isAllowed)
    }

    /// `ADMIN_PORT` by itself, for who asks a running service and needs no other setting.
    static func adminPort(_ settings: Settings, service: ServiceKind) throws(SettingsError) -> Int {
        try settings.integer("ADMIN_PORT", default: service.defaultAdminPort, range: 0...65_535)
    }

    private static let redisExample = "redis://:password@redis.internal:6379/0"

    private static func configuration(_ name: String, _ url: String) throws(SettingsError) -> RedisConfiguration {
        do {
            return try RedisConfiguration(url: url)
        } catch {
            throw SettingsError(
                name, value: nil, expected: "an address of the form redis://[user:password@]host[:port][/database]",
                example: redisExample)
        }
    }

    private static func logLevel(_ settings: Settings) throws(SettingsError) -> Logger.Level {
        let names = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
        return try settings.value("LOG_LEVEL", default: .info, expected: "one of \(names)", example: "info") { text in
            Logger.Level(rawValue: text.lowercased() == "warn" ? "warning" : text.lowercased())
        }
    }
}
