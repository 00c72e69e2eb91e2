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
        if let answer = try await stored(stream, failedSerial) { return answer }
        return try await subscriber.subscribe(to: [keys.tokenChannel(stream)]) { hints in
            while true {
                // After the acknowledgement, and after every hint, gap or second of silence: the state is the truth.
                if let answer = try await stored(stream, failedSerial) { return answer }
                let remaining = deadline - .now
                guard remaining > .zero else { return .unanswered }
                try await store.wish(
                    stream, failedSerial: failedSerial, patience: remaining.wholeMilliseconds, request: request,
                    container: container)
                _ = try await hints.next(within: min(Self.poll, remaining))
            }
        }
    }

    private func stored(_ stream: StreamID, _ failedSerial: Int64?) async throws -> Answer? {
        let reading = try await store.read(stream)
        guard let token = reading.token, token.serves(failedSerial: failedSerial, now: reading.now) else { return nil }
        if let failure = token.failure { return .failure(failure, retryAfter: max(0, token.retryAt - reading.now)) }
        return .token(token, age: max(0, reading.now - token.resolvedAt))
    }
}

extension Duration {
    fileprivate var wholeMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
