/// What a subscription receives.
public enum RedisSubscriptionEvent: Sendable, Equatable {
    case message(channel: String, payload: String)
    /// Messages may have been missed (reconnect, or this reader was too slow): read the state again.
    case gap
}

/// SKELETON: the messages of one `RedisSubscriber.subscribe(to:_:)`. One reader at a time.
public struct RedisSubscription: AsyncSequence, Sendable {
    public typealias Element = RedisSubscriptionEvent
    public typealias Failure = Never

    /// Messages that this reader was too slow for.
    public var dropped: Int { 0 }

    /// The next event, or `nil` after `patience`. Throws `.closed` when the subscriber has shut down, `CancellationError`.
    public func next(within patience: Duration) async throws -> RedisSubscriptionEvent? {
        throw RedisError(.closed, "skeleton")
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        /// Ends (`nil`) when the subscriber shuts down or the task is cancelled.
        public mutating func next(isolation actor: isolated (any Actor)?) async -> RedisSubscriptionEvent? { nil }
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator() }
}
