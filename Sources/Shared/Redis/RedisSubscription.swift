/// What a subscription receives.
public enum RedisSubscriptionEvent: Sendable, Equatable {
    case message(channel: String, payload: String)
    /// Messages may have been missed (reconnect, or this reader was too slow): read the state again.
    case gap
}

/// The messages of one `RedisSubscriber.subscribe(to:_:)`, valid inside its closure. One reader at a time.
///
/// At most `subscriptionBuffer` messages wait for the reader. When there are more, the oldest are dropped and counted, and
/// the next event is a `gap`.
public struct RedisSubscription: AsyncSequence, Sendable {
    public typealias Element = RedisSubscriptionEvent
    public typealias Failure = Never

    private let inbox: SubscriptionInbox

    init(_ inbox: SubscriptionInbox) { self.inbox = inbox }

    /// Messages that this reader was too slow for.
    public var dropped: Int { inbox.dropped }

    /// The next event, or `nil` after `patience`. Throws `RedisError` `.closed` when the subscriber has shut down, and
    /// `CancellationError`.
    public func next(within patience: Duration) async throws -> RedisSubscriptionEvent? {
        try await inbox.next(within: patience)
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let inbox: SubscriptionInbox

        /// Ends (`nil`) when the subscriber shuts down or the task is cancelled.
        public mutating func next() async -> RedisSubscriptionEvent? { try? await inbox.next(within: nil) }

        /// Ends (`nil`) when the subscriber shuts down or the task is cancelled.
        public mutating func next(isolation actor: isolated (any Actor)?) async -> RedisSubscriptionEvent? {
            try? await inbox.next(within: nil)
        }
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(inbox: inbox) }
}
