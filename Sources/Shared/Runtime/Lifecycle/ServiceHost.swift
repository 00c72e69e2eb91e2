import Contracts
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import UnixSignals

/// Runs one service: Redis connections first, then admin server and heartbeat, then the service's own parts.
/// Stops them in the opposite order, so that a service can still use Redis while it says good-bye.
///
/// Tests build it with a dictionary of settings and `run()` it inside a task group; `main` is for executables.
public struct ServiceHost: Sendable {
    /// How long an orderly stop may take before everything is cancelled.
    public static let gracefulPeriod: Duration = .seconds(8)

    public let runtime: ServiceRuntime
    public let admin: AdminServer
    private let assembly: ServiceAssembly

    /// Assembles the service. Throws `SettingsError` for bad settings, and what `build` throws.
    public init(
        _ runtime: ServiceRuntime, build: (ServiceRuntime) async throws -> ServiceAssembly
    ) async throws {
        self.runtime = runtime
        assembly = try await build(runtime)
        admin = AdminServer(
            port: runtime.common.adminPort, health: runtime.health, metrics: runtime.metrics, group: runtime.group,
            logger: runtime.logger)
    }

    /// Runs until graceful shutdown or cancellation; throws what a part threw.
    /// - Parameter signals: these begin an orderly stop. Tests give none.
    public func run(signals: [UnixSignal] = []) async throws {
        var configuration = ServiceGroupConfiguration(
            services: parts.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) },
            gracefulShutdownSignals: signals, logger: runtime.logger)
        configuration.maximumGracefulShutdownDuration = Self.gracefulPeriod
        try await ServiceGroup(configuration: configuration).run()
    }

    private var parts: [any Service] {
        let connections: [any Service] = [runtime.redis, runtime.mediaRedis, runtime.subscriber, runtime.blocking]
        let check = RedisPolicyCheck(
            coordination: runtime.redis, media: runtime.common.sharesRedis ? nil : runtime.mediaRedis,
            logger: runtime.logger)
        let plain = InstanceStatus(
            service: runtime.common.service.rawValue, instance: runtime.instance, version: BuildInfo.version)
        let heartbeat = Heartbeat(
            registry: runtime.instances, instance: runtime.instance, logger: runtime.logger,
            status: assembly.status ?? { plain })
        return connections + [check, admin] + assembly.services + [heartbeat]
    }
}
