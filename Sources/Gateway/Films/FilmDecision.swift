import Contracts
import HTTPTypes

/// Whether a request that waits for a film, or for a piece of one, is refused: a pure function of what the gateway knows.
enum FilmDecision {
    struct Situation: Sendable {
        /// `nil`: not read yet.
        let status: FilmStatus?
        /// Redis time now, ms.
        let now: Int64
        let connectionsAreWatched: Bool
        /// `nil`: not known.
        let fleet: Fleet?
        /// How long the request has been held, and how long it may be.
        let waited: Duration
        let timeout: Duration
        /// What to say when nobody knows why it takes so long.
        let lateError: APIError
    }

    /// `nil`: wait on.
    static func refusal(_ situation: Situation) -> APIError? {
        let isLate = situation.waited >= situation.timeout
        guard let status = situation.status else { return isLate ? .coordinationAway : nil }
        if status.state == .failed, situation.now < status.retryAt {
            return .film(status.reason, retryIn: status.retryAt - situation.now)
        }
        let isPatient = situation.waited >= StartDecision.patience
        if status.state == .waitingSlot {
            let allAreWatched = situation.connectionsAreWatched && status.reason?.code != "provider_unknown"
            return isLate || (allAreWatched && isPatient)
                ? .film(status.reason ?? .noFreeConnection, retryIn: 10_000) : nil
        }
        let isOwned = !status.owner.isEmpty && status.leaseUntil >= situation.now
        if !isOwned, isPatient, let fleet = situation.fleet {
            if fleet.transcoders == 0 { return .noWorker }
            if fleet.withRoom == 0 { return .busy }
        }
        guard isLate else { return nil }
        // The reason of a failure that is over says nothing about this wait.
        return status.state == .failed
            ? situation.lateError : status.reason.map { .film($0, retryIn: 2_000) } ?? situation.lateError
    }
}

extension StreamReason {
    fileprivate static let noFreeConnection = StreamReason(
        code: APIError.noFreeConnection.code, message: APIError.noFreeConnection.message)
}

extension APIError {
    /// The film is not there, whoever asks.
    private static let missing: Set<String> = ["film_unavailable"]

    /// Why a film does not play, as an answer. `retryIn`: ms until trying again makes sense.
    static func film(_ reason: StreamReason?, retryIn: Int64) -> APIError {
        let reason = reason ?? StreamReason(code: "film_failed", message: "The film could not be opened.")
        let status: HTTPResponse.Status =
            missing.contains(reason.code)
            ? .notFound : shortages.contains(reason.code) ? .serviceUnavailable : .badGateway
        return APIError(status, reason.code, reason.message, retryAfter: Int(min(max(1, (retryIn + 999) / 1_000), 60)))
    }
}
