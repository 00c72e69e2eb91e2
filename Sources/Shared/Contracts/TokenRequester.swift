import Redis

/// Gets a token for a stream: from the store while it is young, else through the TokenServices.
public struct TokenRequester: Sendable {
    /// How often the wish is repeated and the store read while no hint comes.
    private static let poll = Duration.seconds(1)

    private let store: TokenStore
    private let subscriber: RedisSubscriber
    private let keys: Keys

    public init(redis: RedisClient, subscriber: RedisSubscriber, keys: Keys) {
        store = TokenStore(redis: redis, keys: keys)
        self.subscriber = subscriber
        self.keys = keys
    }

    public enum Answer: Sendable, Equatable {
        /// `age`: milliseconds since it was resolved.
        case token(ResolvedToken, age: Int64)
        /// The provider has none for us; `retryAfter`: milliseconds before asking again makes sense.
        case failure(StreamReason, retryAfter: Int64)
        /// No TokenService answered before the deadline.
        case unanswered
    }

    /// - Parameters:
    ///   - failedSerial: serial of the token that a connection just failed with: only a newer one will do. `nil`: none did.
    ///   - container: a film's file extension if somebody named it; see `FilmExtension`. It is tried first, and may be wrong.
    ///   - request: request id, for the logs of the TokenService.
    /// - Throws: `RedisError` while Redis is away; `CancellationError`.
    public func token(
        for stream: StreamID, container: String? = nil, failedSerial: Int64?, deadline: ContinuousClock.Instant,
        request: String
    ) async throws -> Answer {
        let first = try await store.read(stream)
        if let answer = Self.answer(first, failedSerial, newerThan: nil) { return answer }
        let known = first.token?.serial ?? 0
        return try await subscriber.subscribe(to: [keys.tokenChannel(stream)]) { hints in
            while true {
                // After the acknowledgement, and after every hint, gap or second of silence: the state is the truth.
                let reading = try await store.read(stream)
                if let answer = Self.answer(reading, failedSerial, newerThan: known) { return answer }
                let remaining = deadline - .now
                guard remaining > .zero else { return .unanswered }
                try await store.wish(
                    stream, failedSerial: failedSerial, patience: remaining.wholeMilliseconds, request: request,
                    container: container)
                _ = try await hints.next(within: min(Self.poll, remaining))
            }
        }
    }

    /// - Parameter known: what was stored before anything was asked for. One that came since serves whoever waited for it,
    ///   even where nothing may be reused (`LIVE_TOKEN_TTL=0`).
    private static func answer(
        _ reading: TokenStore.Reading, _ failedSerial: Int64?, newerThan known: Int64?
    ) -> Answer? {
        guard let token = reading.token else { return nil }
        let isNew = known.map { token.serial > $0 && token.serial > failedSerial ?? 0 && token.url != nil } ?? false
        guard isNew || token.serves(failedSerial: failedSerial, now: reading.now) else { return nil }
        if let failure = token.failure { return .failure(failure, retryAfter: max(0, token.retryAt - reading.now)) }
        return .token(token, age: max(0, reading.now - token.resolvedAt))
    }
}
