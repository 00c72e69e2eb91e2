import Contracts
import Executors
import Logging
import Redis
import Runtime
import ServiceLifecycle

/// Answers wishes for metadata, a few at a time: they never keep a token waiting.
struct MetadataWorker: Service {
    static let width = 4

    let store: MetadataStore
    let blocking: RedisBlockingList
    let keys: Keys
    let instance: String
    let source: MetadataSource
    let timeout: Duration
    let metrics: TokenServiceMetrics
    let logger: Logger

    func run() async throws {
        let loop = WishLoop<MetadataWish>(
            list: keys.metadataWishes, blocking: blocking, width: Self.width, running: metrics.metadataRunning,
            malformed: metrics.malformed)
        await cancelWhenGracefulShutdown { await loop.run(answer) }
    }

    @Sendable private func answer(_ wish: MetadataWish) async {
        await RequestScope.with(wish.request) {
            do {
                try await process(wish)
            } catch {
                logger.warning(
                    "metadata wish not answered",
                    metadata: ["metadata.subject": "\(wish.subject)", "error": "\(error)"])
                // Also after a cancellation, hence in a task of its own.
                let (store, instance) = (store, instance)
                await TaskPool.task { try? await store.abandon(wish.subject, by: instance) }.value
            }
        }
    }

    private func process(_ wish: MetadataWish) async throws {
        let patience = timeout + .seconds(2)
        switch try await store.begin(wish, by: instance, patience: patience.milliseconds) {
        case .late: metrics.metadata("late")
        case .busy: metrics.metadata("busy")
        case .answered: metrics.metadata("cached")
        case .proceed:
            let finding = await source.ask(wish.subject, within: timeout)
            try Task.checkCancellation()
            try await source.keep(finding, for: wish.subject)
            metrics.metadata(finding.code)
            logger.info(
                "metadata asked for",
                metadata: ["metadata.subject": "\(wish.subject)", "metadata.outcome": "\(finding.code)"])
        }
    }
}
