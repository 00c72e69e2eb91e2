import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// The process's one subscriber connection, shared by every subscription in it.
///
/// Publish/subscribe is a hint (DESIGN §4): after the acknowledgement read the state, then wait for events, and read the
/// state again on each `gap`. A channel that many subscriptions share is subscribed once. The connection is probed every
/// `heartbeat`, so that a dead one is noticed within three of them; it is then made again, every channel is subscribed
/// again, and each subscription receives a gap once its channels are acknowledged. All methods are thread-safe.
public final class RedisSubscriber: Service, Sendable {
    public let configuration: RedisConfiguration
    private let eventLoop: any EventLoop
    private let connector: RedisConnector
    private let link: SubscriberLink
    private let metrics: RedisMetrics
    private let logger: Logger

    public init(configuration: RedisConfiguration, group: any EventLoopGroup, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        eventLoop = group.next()
        connector = RedisConnector(configuration)
        link = SubscriberLink(eventLoop: eventLoop, heartbeat: TimeAmount(configuration.heartbeat))
        metrics = RedisMetrics(.subscriber, name: configuration.name)
    }

    /// Calls `body` once the server has acknowledged all `channels`, and unsubscribes on every way out.
    ///
    /// Throws `RedisError`: `.timeout` if the acknowledgement does not come within the configuration's `commandTimeout`,
    /// `.overloaded` if there are too many subscriptions, `.closed` after shutdown.
    public func subscribe<Result: Sendable>(
        to channels: [String], _ body: (RedisSubscription) async throws -> Result
    ) async throws -> Result {
        let inbox = SubscriptionInbox(
            capacity: configuration.subscriptionBuffer, eventLoop: eventLoop, metrics: metrics)
        metrics.subscribed(now: try link.add(inbox, to: Set(channels), limit: configuration.maxSubscriptions))
        defer { metrics.subscribed(now: link.remove(inbox)) }
        let deadline = eventLoop.scheduleTask(in: TimeAmount(configuration.commandTimeout)) {
            _ = inbox.acknowledged.deliver(
                .failure(RedisError(.timeout, "no acknowledgement of a subscription in time")))
        }
        defer { deadline.cancel() }
        try await inbox.acknowledged.value()
        return try await body(RedisSubscription(inbox))
    }

    /// Connects, re-subscribes after every loss, and returns when the task is cancelled or graceful shutdown begins.
    /// Subscriptions end then.
    public func run() async throws {
        let keeper = RedisConnectionKeeper(
            connector: connector, eventLoop: eventLoop, metrics: metrics, logger: logger, name: configuration.name)
        let link = link
        await keeper.run(
            failed: { _ in },
            opened: { connection, _ in link.attach(connection) },
            closed: { link.detach() })
        link.close()
    }
}
