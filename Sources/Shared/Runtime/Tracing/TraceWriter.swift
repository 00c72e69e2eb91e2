import Contracts
import Executors
import Logging
import ServiceLifecycle

/// Writes finished steps to Redis, twice a second at most, and what is left when the service stops. Nothing to write: nothing
/// is sent. What Redis does not take is lost.
struct TraceWriter: Service {
    private static let pace = Duration.milliseconds(500)

    let queue: TraceQueue
    let store: TraceStore
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.pace, clock: .loop)
                if !Task.isCancelled { await flush() }
            }
        }
        await flush()
    }

    func flush() async {
        let spans = queue.take()
        if spans.isEmpty { return }
        do { try await store.append(spans) } catch {
            logger.debug("Steps of requests not kept", metadata: ["error": "\(error)", "count": "\(spans.count)"])
        }
    }
}
