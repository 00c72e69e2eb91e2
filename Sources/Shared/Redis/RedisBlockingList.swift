import Logging
import NIOCore
import ServiceLifecycle

/// SKELETON: blocking pops, each on a connection of its own.
public final class RedisBlockingList: Service, Sendable {
    public let configuration: RedisConfiguration

    public init(configuration: RedisConfiguration, group: any EventLoopGroup, logger: Logger) {
        self.configuration = configuration
    }

    /// Returns when the task is cancelled or graceful shutdown begins; then closes the connections.
    public func run() async throws {}

    /// Takes the last element of `list` (BRPOP), waiting for one at most `timeout`; `nil` if there was none.
    public func pop(from list: String, timeout: Duration) async throws -> String? {
        throw RedisError(.notConnected, "skeleton")
    }

    /// Moves the last element of `source` to the front of `destination` (BLMOVE RIGHT LEFT) and returns it.
    public func move(from source: String, to destination: String, timeout: Duration) async throws -> String? {
        throw RedisError(.notConnected, "skeleton")
    }
}
