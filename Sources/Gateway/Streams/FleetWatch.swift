import Contracts
import Executors
import Logging
import ServiceLifecycle
import Synchronization

/// Who is alive in the fleet, read every two seconds: tells waiting viewers why nothing starts, and people in `/health`.
final class FleetWatch: Service, Sendable {
    private struct State {
        var instances: [InstanceStatus]?
        var readAt: ContinuousClock.Instant?
    }

    private static let interval = Duration.seconds(2)
    /// Older knowledge is none: Redis is away, and that is another answer.
    private static let believedFor = Duration.seconds(6)

    private let registry: InstanceRegistry
    private let logger: Logger
    private let state = Mutex(State())

    init(registry: InstanceRegistry, logger: Logger) {
        self.registry = registry
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.read()
                try? await Task.sleep(for: Self.interval, clock: .loop)
            }
        }
    }

    /// `nil`: not known.
    var fleet: Fleet? {
        instances.map { instances in
            let workers = instances.filter { $0.service == "transcoder" }
            return Fleet(transcoders: workers.count, withRoom: workers.filter(\.hasRoom).count)
        }
    }

    /// Everybody with a fresh heartbeat; `nil`: not known.
    var instances: [InstanceStatus]? {
        state.withLock { state in
            guard let readAt = state.readAt, .now - readAt <= Self.believedFor else { return nil }
            return state.instances
        }
    }

    func read() async {
        do {
            let alive = try await registry.alive()
            state.withLock { $0 = State(instances: alive, readAt: .now) }
        } catch {
            logger.debug("fleet not read", metadata: ["error": "\(error)"])
        }
    }
}
