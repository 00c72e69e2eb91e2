import Contracts
import CoreMetrics
import Executors
import Logging
import Metrics
import Redis
import Runtime
import ServiceLifecycle
import Tracing
import Upstream

/// Takes wishes from the list and answers them, at most `TOKEN_CONCURRENCY` at a time.
///
/// A wish that is lost with this process is repeated by whoever waits; one that somebody else answers is dropped.
struct WishWorker: Service {
    let store: TokenStore
    let blocking: RedisBlockingList
    let keys: Keys
    let instance: String
    let settings: TokenServiceSettings
    let resolver: StreamResolver
    let ledger: SlotLedger
    let metrics: TokenServiceMetrics
    let logger: Logger

    func run() async throws {
        let loop = WishLoop<TokenWish>(
            list: keys.tokenWishes, blocking: blocking, width: settings.concurrency, running: metrics.running,
            malformed: metrics.malformed)
        await cancelWhenGracefulShutdown { await loop.run(answer) }
    }

    @Sendable private func answer(_ wish: TokenWish) async {
        await RequestScope.with(wish.request) {
            do {
                try await process(wish)
            } catch {
                logger.warning(
                    "token wish not answered", metadata: ["stream.id": "\(wish.stream)", "error": "\(error)"])
                await abandon(wish.stream)
            }
        }
    }

    private func process(_ wish: TokenWish) async throws {
        let patience = settings.timeout + .seconds(2)
        switch try await store.begin(wish, resolver: instance, patience: patience.milliseconds) {
        case .late: metrics.request("late")
        case .busy: metrics.request("busy")
        case .answered(let age):
            metrics.request("cached")
            metrics.tokenAge.recordMilliseconds(age)
        case .proceed:
            try await withSpan("ask the panel", context: .request(wish.request), ofKind: .server) { span in
                span.attributes["stream"] = wish.stream.description
                try await resolve(wish, span)
            }
        }
    }

    private func resolve(_ wish: TokenWish, _ span: any Tracing.Span) async throws {
        let start = ContinuousClock.now
        let result: TokenStore.Result
        do throws(ResolutionFailure) {
            let url = try await resolver.resolve(wish, account: await account())
            Secrets.registerPassing(url.secretText)
            if let query = url.query { Secrets.registerPassing(query) }
            result = .url(url.secretText, timeToLive: settings.tokenTimeToLive)
        } catch {
            result = .failure(error.reason, retryAfter: error.retryAfter.milliseconds)
            span.setStatus(SpanStatus(code: .error, message: error.reason.message))
        }
        try Task.checkCancellation()
        metrics.resolution.record(duration: ContinuousClock.now - start)
        let serial = try await store.store(result, for: wish.stream, resolver: instance)
        report(result, wish.stream, serial)
    }

    private func report(_ result: TokenStore.Result, _ stream: StreamID, _ serial: Int64?) {
        guard let serial else { return metrics.request("superseded") }
        let about: Logger.Metadata = ["stream.id": "\(stream)", "token.serial": "\(serial)"]
        switch result {
        case .url:
            metrics.request("resolved")
            logger.info("token resolved", metadata: about)
        case .failure(let reason, let retryAfter):
            metrics.request(reason.code)
            logger.notice(
                "token refused",
                metadata: about.merging(
                    ["token.reason": "\(reason.code)", "token.retryAfterMs": "\(retryAfter)"]) { $1 })
        }
    }

    /// What the provider last said of the account; nothing if Redis does not answer.
    private func account() async -> PanelAnswer.Account {
        guard let snapshot = try? await ledger.snapshot() else { return PanelAnswer.Account(isFull: false, status: "") }
        // Not by our reservations: whoever asks for a token has reserved its own connection already.
        let isFull = snapshot.maxConnections > 0 && snapshot.active >= snapshot.maxConnections
        return PanelAnswer.Account(isFull: isFull, status: snapshot.account)
    }

    /// Also after a cancellation, hence in a task of its own: another replica shall not wait for our time to run out.
    private func abandon(_ stream: StreamID) async {
        let (store, instance) = (store, instance)
        await TaskPool.task { try? await store.abandon(stream, resolver: instance) }.value
    }
}
