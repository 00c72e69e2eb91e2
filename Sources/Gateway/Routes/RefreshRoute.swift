import Contracts
import HTTPTypes
import Hummingbird
import Redis

/// `/api/live/:streamId/refresh`: drops the cached token, has a new one resolved, and tells the owner to connect again.
///
/// Of a channel whose source runs it changes nothing: anybody may ask, and nobody's picture shall break for it.
struct RefreshRoute: Sendable {
    let parts: GatewayParts
    let subscriber: RedisSubscriber

    /// The provider answers in a second or two; the TokenService gives up before this.
    private static let patience = Duration.seconds(10)

    func add(to router: Router<GatewayContext>) {
        router.on("/api/live/:streamId/refresh", method: .get) { try await refresh($0, $1) }
        router.on("/api/live/:streamId/refresh", method: .head) { request, context in
            try LiveRoute.headAnswer(request, context)
        }
    }

    private func refresh(_ request: Request, _ context: GatewayContext) async throws -> Response {
        let stream = try LiveRequest.channel(context)
        let quality = try LiveRequest.quality(request)
        let session = try await parts.access.session(for: stream, request, context)
        if let running = try await running(stream) {
            _ = try await PlaybackStart(parts: parts).begin(stream, session, quality, context)
            let token = LiveRoute.token(running, parts.settings)
            return try LiveRoute.answer(parts, request, context, stream, session, quality, running, token)
        }
        if let wait = try await RefreshGrant(redis: parts.redis, keys: parts.keys).take(stream) {
            throw APIError.refreshedLately(wait)
        }
        let token = try await newToken(stream, context)
        let view = try await PlaybackStart(parts: parts).begin(stream, session, quality, context)
        return try LiveRoute.answer(parts, request, context, stream, session, quality, view.snapshot, token)
    }

    /// The channel as it is now, if its owner says that pictures come; else `nil`.
    private func running(_ stream: StreamID) async throws -> StreamSnapshot? {
        let (status, records) = try await StreamDemand(redis: parts.redis, keys: parts.keys).look(at: stream)
        guard status.isOwned, status.report?.source == "running" else { return nil }
        var snapshot = StreamSnapshot()
        snapshot.status = status
        snapshot.window = StreamSnapshot.current(records, status: status)
        return snapshot
    }

    private func newToken(_ stream: StreamID, _ context: GatewayContext) async throws -> LiveAnswer.Token {
        let old = try await TokenStore(redis: parts.redis, keys: parts.keys).drop(stream)
        let requester = TokenRequester(redis: parts.redis, subscriber: subscriber, keys: parts.keys)
        let answer = try await requester.token(
            for: stream, failedSerial: old > 0 ? old : nil, deadline: .now + Self.patience, request: context.requestID)
        switch answer {
        case .token(let token, let age):
            return LiveAnswer.Token(cached: false, expiresIn: Int(max(0, token.timeToLive - age) / 1_000))
        case .failure(let reason, let retryAfter):
            throw APIError.failed(reason, retryIn: retryAfter)
        case .unanswered:
            throw APIError(
                .gatewayTimeout, "token_timeout", "The provider's answer did not come in time; try again.",
                retryAfter: 5)
        }
    }
}
