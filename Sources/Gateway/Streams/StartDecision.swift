import Contracts
import HTTPTypes

/// Whether a request for a channel is answered, held or refused: a pure function of what the gateway knows.
///
/// "The gateway says so instead of hanging" (issue of the live main job): every wait ends in a segment or a clear code.
enum StartDecision: Sendable, Equatable {
    case ready
    case wait
    case refuse(APIError)

    struct Situation: Sendable {
        let snapshot: StreamSnapshot
        /// `nil`: not known.
        let fleet: Fleet?
        /// How long this request has been held.
        let waited: Duration
        /// The stream's epoch when the request came; a failure of a later one is this request's own.
        let arrivalEpoch: Int64
        /// `LIVE_START_TIMEOUT`.
        let timeout: Duration
        let now: ContinuousClock.Instant
    }

    /// Time for a transcoder or a provider connection to be found before the viewer is told that there is none.
    static let patience = Duration.seconds(2)

    static func decide(_ situation: Situation) -> StartDecision {
        let snapshot = situation.snapshot
        let isLate = situation.waited >= situation.timeout
        guard let status = snapshot.status else { return isLate ? .refuse(.coordinationAway) : .wait }
        if snapshot.isPlayable(at: situation.now) { return .ready }
        let now = snapshot.redisTime(at: situation.now)
        if status.state == .failed, now < status.retryAt || status.epoch > situation.arrivalEpoch {
            return .refuse(.failed(status.reason, retryIn: status.retryAt - now))
        }
        if status.state == .waitingSlot {
            let allAreWatched = snapshot.connectionsAreWatched && status.reason?.code != "provider_unknown"
            if isLate || (allAreWatched && situation.waited >= patience) { return .refuse(.waiting(status.reason)) }
            return .wait
        }
        let isOwned = !status.owner.isEmpty && status.leaseUntil >= now
        if !isOwned, situation.waited >= patience, let fleet = situation.fleet {
            if fleet.transcoders == 0 { return .refuse(.noWorker) }
            if fleet.withRoom == 0 { return .refuse(.busy) }
        }
        return isLate ? .refuse(.startTimeout) : .wait
    }
}

extension APIError {
    /// Reasons that are a shortage, not a broken channel or film: trying again later may work.
    static let shortages: Set<String> = [
        "provider_limit", "provider_slate", "no_free_connection", "provider_unknown", "busy", "no_worker", "poison",
        "shutting_down",
        "provider_slow", "token_unavailable", "redis_away", "worker_overloaded", "stopped_by_operator",
    ]

    /// A failed channel's reason as an answer. `retryIn`: ms until it may be started again.
    static func failed(_ reason: StreamReason?, retryIn: Int64) -> APIError {
        guard let reason else {
            return APIError(.badGateway, "channel_failed", "The channel could not be started.", retryAfter: 5)
        }
        let status: HTTPResponse.Status = shortages.contains(reason.code) ? .serviceUnavailable : .badGateway
        return APIError(status, reason.code, reason.message, retryAfter: Int(min(max(1, (retryIn + 999) / 1_000), 60)))
    }

    /// A channel that waits for a provider connection.
    fileprivate static func waiting(_ reason: StreamReason?) -> APIError {
        guard let reason, reason.code != noFreeConnection.code else { return noFreeConnection }
        return APIError(.serviceUnavailable, reason.code, reason.message, retryAfter: 10)
    }
}
