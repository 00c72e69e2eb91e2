import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// SKELETON: the surface that the other parts are written against; being implemented.
public final class RedisClient: Service, Sendable {
    public init(configuration: RedisConfiguration, group: any EventLoopGroup, logger: Logger) {
        self.configuration = configuration
    }

    public let configuration: RedisConfiguration

    /// Connects, reconnects with back-off, and returns when the task is cancelled or graceful shutdown begins.
    public func run() async throws {}

    /// Sends one command and returns its reply. Throws `RedisError`; a `-ERR` reply is thrown too.
    /// Waits at most `timeout` (default: the configuration's), reconnection included.
    public func send(_ command: RedisCommand, timeout: Duration? = nil) async throws -> RESPValue {
        throw RedisError(.notConnected, "skeleton")
    }

    /// Sends several commands in one write and returns their replies in order; error replies stay values.
    public func pipeline(_ commands: [RedisCommand], timeout: Duration? = nil) async throws -> [RESPValue] {
        throw RedisError(.notConnected, "skeleton")
    }

    /// The connection's ups and downs, beginning with how it stands now. Each call makes a stream of its own;
    /// a slow reader keeps the newest 16 events.
    public func connections() -> AsyncStream<RedisConnectionEvent> { AsyncStream { $0.finish() } }

    /// Runs a script (EVALSHA, falling back to EVAL on NOSCRIPT).
    public func run(
        _ script: RedisScript, keys: [String], arguments: [RedisArgument], timeout: Duration? = nil
    ) async throws -> RESPValue {
        throw RedisError(.notConnected, "skeleton")
    }
}
