import Logging
import NIOCore
import ServiceLifecycle

/// SKELETON: the process's one subscriber connection, shared by every subscription in it.
public final class RedisSubscriber: Service, Sendable {
    public let configuration: RedisConfiguration

    public init(configuration: RedisConfiguration, group: any EventLoopGroup, logger: Logger) {
        self.configuration = configuration
    }

    /// Connects, re-subscribes after every loss, and returns when the task is cancelled or graceful shutdown begins.
    public func run() async throws {}

    /// Calls `body` once the server has acknowledged all `channels`, and unsubscribes on every way out.
    ///
    /// Throws `RedisError` if the acknowledgement does not come within the configuration's `commandTimeout`.
    public func subscribe<Result: Sendable>(
        to channels: [String], _ body: (RedisSubscription) async throws -> Result
    ) async throws -> Result {
        throw RedisError(.notConnected, "skeleton")
    }
}
