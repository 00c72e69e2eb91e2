import Contracts
import Logging
import NIOCore
import NIOPosix
import Redis

/// What every service is made of: its settings, its connections to Redis, its log, health and metrics.
/// A service's `build` function takes it and returns a `ServiceAssembly`; nothing in it runs before the host does.
///
/// Three kinds of Redis connection are never mixed (DESIGN §4): commands, one subscriber, blocking pops. Bulk bytes go
/// over the media client and so never queue in front of a lease renewal.
public struct ServiceRuntime: Sendable {
    public let settings: Settings
    public let common: CommonSettings
    /// Commands on the coordination Redis.
    public let redis: RedisClient
    /// Segment bytes.
    public let mediaRedis: RedisClient
    /// Hints from the coordination Redis.
    public let subscriber: RedisSubscriber
    /// Blocking pops on the coordination Redis, a connection each.
    public let blocking: RedisBlockingList
    public let instances: InstanceRegistry
    public let health: ServiceHealth
    public let metrics: PrometheusRegistry
    public let group: any EventLoopGroup
    public let logger: Logger

    public var keys: Keys { common.keys }
    /// Unique name of this process in the fleet.
    public var instance: String { common.instance }

    /// Reads the common settings; the short way for tests.
    public init(
        service: ServiceKind, settings: Settings, metrics: PrometheusRegistry = PrometheusRegistry(),
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton, logger: Logger? = nil
    ) throws(SettingsError) {
        self.init(
            try CommonSettings(settings, service: service), settings: settings, metrics: metrics, group: group,
            logger: logger)
    }

    /// - Parameter logger: without one, a logger of the bootstrapped logging system.
    public init(
        _ common: CommonSettings, settings: Settings, metrics: PrometheusRegistry,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton, logger: Logger? = nil
    ) {
        let service = common.service
        var logger = logger ?? Logger(label: service.rawValue)
        logger.logLevel = common.logLevel
        self.settings = settings
        self.common = common
        self.metrics = metrics
        self.group = group
        self.logger = logger
        redis = RedisClient(configuration: common.redis, group: group, logger: logger)
        mediaRedis = RedisClient(configuration: common.mediaRedis, group: group, logger: logger)
        subscriber = RedisSubscriber(configuration: common.redis, group: group, logger: logger)
        blocking = RedisBlockingList(configuration: common.redis, group: group, logger: logger)
        instances = InstanceRegistry(redis: redis, keys: common.keys)
        health = ServiceHealth(service: service.rawValue, instance: common.instance)
        health.add(.redis("redis", redis))
        health.add(.redis("media-redis", mediaRedis))
    }
}

extension HealthCheck {
    /// Whether a Redis answers PING.
    static func redis(_ name: String, _ client: RedisClient) -> HealthCheck {
        HealthCheck(name, isNeededForReadiness: true) {
            do {
                _ = try await client.send(["PING"], timeout: .seconds(1))
                return .ok()
            } catch {
                let code = (error as? RedisError)?.code.description ?? "cancelled"
                return .failing("Redis does not answer (\(code)).")
            }
        }
    }
}
