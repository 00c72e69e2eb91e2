import Contracts
import Executors
import Logging
import ServiceLifecycle

/// Tells the fleet once a second that this instance lives, and once that it is gone.
struct Heartbeat: Service {
    private let registry: InstanceRegistry
    private let instance: String
    private let status: @Sendable () async -> InstanceStatus
    private let logger: Logger
    private let interval: Duration

    init(
        registry: InstanceRegistry, instance: String, interval: Duration = .seconds(1), logger: Logger,
        status: @escaping @Sendable () async -> InstanceStatus
    ) {
        self.registry = registry
        self.instance = instance
        self.interval = interval
        self.logger = logger
        self.status = status
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown { try await beatForever() }
        // Also after a cancellation; a task of its own so that the farewell is not cancelled with us. At most one second.
        await TaskPool.task { try? await registry.remove(instance, timeout: .seconds(1)) }.value
    }

    private func beatForever() async throws {
        var failures = 0
        while true {
            do {
                try await registry.beat(await status())
                if failures > 0 {
                    logger.info("heartbeat is heard again", metadata: ["heartbeat.missed": "\(failures)"])
                }
                failures = 0
            } catch {
                try Task.checkCancellation()
                // The first failure and then one a minute: Redis being away is reported by its client already.
                if failures % 60 == 0 { logger.warning("heartbeat failed", metadata: ["error": "\(error)"]) }
                failures += 1
            }
            try await Task.sleep(for: interval, clock: .loop)
        }
    }
}
