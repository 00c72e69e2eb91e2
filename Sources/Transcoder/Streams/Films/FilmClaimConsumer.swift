import Contracts
import Executors
import Logging
import Metrics
import Redis
import Runtime
import ServiceLifecycle
import Tracing

/// Takes claims of films from the list while this worker has room, and runs what it wins, one `FilmOwner` each.
///
/// A claim is only a wake-up: whether the film may be taken is decided in Redis. What does not fit stays in the list for
/// another worker, until its deadline.
struct FilmClaimConsumer: Service {
    let dependencies: TranscoderDependencies
    let claims: RedisBlockingList
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { owners in
                while !Task.isCancelled {
                    guard await dependencies.workload.waitForFilmRoom() else { break }
                    guard let claim = await next() else { continue }
                    // A channel may have taken the room meanwhile.
                    guard let place = await dependencies.workload.place(for: claim.stream) else { break }
                    await take(claim, place, in: &owners)
                }
                owners.cancelAll()
            }
        }
    }

    private func next() async -> FilmClaim? {
        do {
            let text = try await claims.pop(from: dependencies.keys.filmClaims, timeout: .seconds(2))
            return text.flatMap { try? FilmClaim(json: $0) }
        } catch {
            try? await Task.sleep(for: .milliseconds(500), clock: .loop)
            return nil
        }
    }

    private func take(
        _ claim: FilmClaim, _ place: Workload.Reservation, in owners: inout DiscardingTaskGroup
    ) async {
        let (ticket, alone) = (place.ticket, place.isAlone)
        let outcome: FilmOwnership.ClaimOutcome
        do {
            outcome = try await withSpan("claim", context: .request(claim.request), ofKind: .consumer) { span in
                let outcome = try await dependencies.films.ownership.claim(claim.stream, alone: alone)
                span.attributes["outcome"] = outcome.label
                return outcome
            }
        } catch {
            logger.debug("Film claim not taken", metadata: ["error": "\(error)"])
            dependencies.workload.end(ticket)
            return
        }
        Counter(label: "film_claims_total", dimensions: [("outcome", outcome.label)]).increment()
        guard case .claimed(let claimed) = outcome else { return dependencies.workload.end(ticket) }
        dependencies.workload.settle(ticket, exclusive: claimed.isSuspect)
        var logger = logger
        logger[metadataKey: "stream"] = "\(claim.stream)"
        logger[metadataKey: "epoch"] = "\(claimed.epoch)"
        logger[metadataKey: "requestId"] = "\(claim.request)"
        logger.info("Film taken")
        let owner = FilmOwner(
            film: claim.stream, claimed: claimed, dependencies: dependencies, request: claim.request, logger: logger,
            ticket: ticket)
        owners.addTask {
            await owner.run()
            dependencies.workload.end(ticket)
        }
    }
}

extension FilmOwnership.ClaimOutcome {
    /// For metrics: bounded.
    var label: String {
        switch self {
        case .claimed: "claimed"
        case .taken: "taken"
        case .barred: "barred"
        case .needsIdleWorker: "needs_idle_worker"
        case .refused: "refused"
        case .unwanted: "unwanted"
        }
    }
}
