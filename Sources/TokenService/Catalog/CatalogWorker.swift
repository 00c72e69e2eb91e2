import Contracts
import Executors
import Logging
import Metrics
import Redis
import Runtime
import ServiceLifecycle

/// Answers wishes for the lists of the catalog, one of each kind at a time at most.
struct CatalogWorker: Service {
    /// Loads at a time. The kinds do not wait for each other.
    static let width = CatalogKind.allCases.count

    let store: CatalogStore
    let blocking: RedisBlockingList
    let keys: Keys
    let instance: String
    let loader: CatalogLoader
    let metrics: TokenServiceMetrics
    let logger: Logger

    func run() async throws {
        let loop = WishLoop<CatalogWish>(
            list: keys.catalogWishes, blocking: blocking, width: Self.width, running: metrics.catalogRunning,
            malformed: metrics.malformed)
        await cancelWhenGracefulShutdown { await loop.run(answer) }
    }

    @Sendable private func answer(_ wish: CatalogWish) async {
        await RequestScope.with(wish.request) {
            do {
                switch try await store.begin(wish, by: instance) {
                case .late: metrics.catalog(wish.kind, "late")
                case .busy: metrics.catalog(wish.kind, "busy")
                case .answered: metrics.catalog(wish.kind, "cached")
                case .proceed(let draft): await load(wish.kind, draft)
                }
            } catch {
                logger.warning(
                    "catalog wish not answered",
                    metadata: ["catalog.kind": "\(wish.kind.rawValue)", "error": "\(error)"])
            }
        }
    }

    private func load(_ kind: CatalogKind, _ draft: Int64) async {
        let start = ContinuousClock.now
        do {
            let outcome = try await loader.load(kind, draft: draft)
            metrics.catalog(kind, "loaded")
            metrics.catalogLoad(kind, .now - start, entries: outcome.entries)
            logger.info(
                "catalog loaded",
                metadata: [
                    "catalog.kind": "\(kind.rawValue)", "catalog.entries": "\(outcome.entries)",
                    "catalog.bytes": "\(outcome.bytes)", "catalog.skipped": "\(outcome.skipped)",
                    "catalog.ms": "\((ContinuousClock.now - start).milliseconds)",
                ])
        } catch CatalogLoader.Failure.refused(let failure) {
            metrics.catalog(kind, failure.reason.code)
            logger.notice(
                "catalog not loaded",
                metadata: ["catalog.kind": "\(kind.rawValue)", "catalog.reason": "\(failure.reason.code)"])
            try? await store.fail(
                failure.reason, draft: draft, kind, by: instance, retryAfter: failure.retryAfter.milliseconds)
        } catch {
            metrics.catalog(kind, "superseded")
            logger.debug("catalog load given up", metadata: ["error": "\(error)"])
            // Also after a cancellation, hence in a task of its own.
            let (store, instance) = (store, instance)
            await TaskPool.task { try? await store.abandon(draft: draft, kind, by: instance) }.value
        }
    }
}
