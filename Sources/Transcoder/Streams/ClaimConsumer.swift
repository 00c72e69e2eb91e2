import Contracts
import Executors
import Logging
import Metrics
import Redis
import Runtime
import ServiceLifecycle
import Synchronization
import Tracing

/// Takes claims from the list while this worker has room, and runs what it wins, one `StreamOwner` each.
///
/// A claim is only a wake-up: whether the stream may be taken is decided in Redis. What does not fit stays in the list for
/// another worker, until its deadline. When graceful shutdown begins no more is taken, and the owners hand their streams over.
struct ClaimConsumer: Service {
    let dependencies: TranscoderDependencies
    let settings: LiveSettings
    let claims: RedisBlockingList
    let logger: Logger

    private let outcomes: @Sendable (String) -> Void = { outcome in
        Counter(label: "live_claims_total", dimensions: [("outcome", outcome)]).increment()
    }

    init(dependencies: TranscoderDependencies, settings: LiveSettings, claims: RedisBlockingList, logger: Logger) {
        self.dependencies = dependencies
        self.settings = settings
        self.claims = claims
        self.logger = logger
    }

    func run() async throws {
        await withDiscardingTaskGroup { owners in
            while !Task.isCancelled, !Task.isShuttingDownGracefully {
                guard let (claim, place) = await nextUntilShutdown() else { continue }
                if Task.isShuttingDownGracefully {
                    dependencies.workload.end(place.ticket)
                } else {
                    await take(claim, place, in: &owners)
                }
            }
        }
    }

    /// A claim and the room for it; nil after a while without one, and as soon as a shutdown begins.
    ///
    /// What `cancelWhenGracefulShutdown` does, which begins a task on libdispatch's threads for each look at the list (decision 0040).
    private func nextUntilShutdown() async -> (LiveClaim, Workload.Reservation)? {
        let waiting = TaskPool.task { () -> (LiveClaim, Workload.Reservation)? in
            guard await dependencies.workload.waitForRoom(), let claim = await next() else { return nil }
            // A film may have taken the room meanwhile.
            return await dependencies.workload.place(for: claim.stream).map { (claim, $0) }
        }
        return await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await waiting.value
            } onGracefulShutdown: {
                waiting.cancel()
            }
        } onCancel: {
            waiting.cancel()
        }
    }

    private func next() async -> LiveClaim? {
        do {
            let text = try await claims.pop(from: dependencies.keys.liveClaims, timeout: .seconds(2))
            return text.flatMap { try? LiveClaim(json: $0) }
        } catch {
            try? await Task.sleep(for: .milliseconds(500), clock: .loop)
            return nil
        }
    }

    private func take(
        _ claim: LiveClaim, _ place: Workload.Reservation, in owners: inout DiscardingTaskGroup
    ) async {
        let (ticket, alone) = (place.ticket, place.isAlone)
        let outcome: StreamOwnership.ClaimOutcome
        do {
            outcome = try await withSpan("claim", context: .request(claim.request), ofKind: .consumer) { span in
                let outcome = try await dependencies.ownership.claim(claim.stream, alone: alone)
                span.attributes["outcome"] = outcome.label
                return outcome
            }
        } catch {
            logger.debug("Claim not taken", metadata: ["error": "\(error)"])
            dependencies.workload.end(ticket)
            return
        }
        outcomes(outcome.label)
        guard case .claimed(let claimed) = outcome else { return dependencies.workload.end(ticket) }
        dependencies.workload.settle(ticket, exclusive: claimed.isSuspect)
        var logger = logger
        logger[metadataKey: "stream"] = "\(claim.stream)"
        logger[metadataKey: "epoch"] = "\(claimed.epoch)"
        logger[metadataKey: "requestId"] = "\(claim.request)"
        logger.info("Channel taken", metadata: ["sequence": "\(claimed.nextSequence)"])
        let owner = StreamOwner(
            stream: claim.stream, claimed: claimed, settings: settings, dependencies: dependencies,
            request: claim.request, logger: logger, ticket: ticket)
        owners.addTask {
            await owner.run()
            dependencies.workload.end(ticket)
            dependencies.gauges.remove(ticket)
        }
    }
}

extension StreamOwnership.ClaimOutcome {
    /// For metrics: bounded.
    var label: String {
        switch self {
        case .claimed: "claimed"
        case .taken: "taken"
        case .barred: "barred"
        case .noSlot: "no_slot"
        case .limitUnknown: "limit_unknown"
        case .needsIdleWorker: "needs_idle_worker"
        case .refused: "refused"
        case .unwanted: "unwanted"
        }
    }
}
