import Executors
import Logging
import NIOCore
import ServiceLifecycle

/// Blocking pops, each on a connection of its own for as long as it waits.
///
/// Connections are made on demand, kept for the next pop, and made again when they break while there is time left. A
/// cancelled pop closes its connection at once, so that Redis gives the element to another; one that was on its way at
/// that instant is lost with `pop`, and lies in the destination list with `move`. All methods are thread-safe.
public final class RedisBlockingList: Service, Sendable {
    public let configuration: RedisConfiguration
    private let pool: BlockingConnections
    private let metrics: RedisMetrics
    private let logger: Logger

    public init(configuration: RedisConfiguration, group: any EventLoopGroup, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        pool = BlockingConnections(configuration, group: group)
        metrics = RedisMetrics(.blocking, name: configuration.name)
    }

    /// Returns when the task is cancelled or graceful shutdown begins; then closes the connections, and pops fail with
    /// `.closed`.
    public func run() async throws {
        let forever = OneTimeResult<Void>()
        try? await cancelWhenGracefulShutdown { try await forever.value() }
        pool.close()
    }

    /// Takes the last element of `list` (BRPOP), waiting for one at most `timeout` (at least 10 ms); `nil` if there was none.
    /// Throws `RedisError`, if Redis is away at the end of `timeout`, and `CancellationError`.
    public func pop(from list: String, timeout: Duration) async throws -> String? {
        let reply = try await block(timeout) { ["BRPOP", .text(list), .text($0)] }
        // [list, element]
        return reply.array?.last?.string
    }

    /// Moves the last element of `source` to the front of `destination` (BLMOVE RIGHT LEFT) and returns it; as `pop` otherwise.
    public func move(from source: String, to destination: String, timeout: Duration) async throws -> String? {
        let reply = try await block(timeout) {
            ["BLMOVE", .text(source), .text(destination), "RIGHT", "LEFT", .text($0)]
        }
        return reply.string
    }

    /// - Parameter command: makes the command for the seconds that are left.
    private func block(_ timeout: Duration, _ command: (String) -> RedisCommand) async throws -> RESPValue {
        let start = ContinuousClock.now
        do {
            let reply = try await retrying(until: start + timeout, command)
            metrics.record("ok", after: .now - start, inFlight: pool.inUse)
            return reply
        } catch {
            metrics.record(RedisMetrics.outcome(of: error), after: .now - start, inFlight: pool.inUse)
            throw error
        }
    }

    private func retrying(
        until deadline: ContinuousClock.Instant, _ command: (String) -> RedisCommand
    ) async throws -> RESPValue {
        var backOff = RedisBackOff()
        while true {
            do {
                return try await once(max(.milliseconds(10), deadline - .now), command)
            } catch let error as RedisError where error.isRetriable && error.code != .overloaded {
                let pause = backOff.next()
                guard ContinuousClock.now + pause < deadline else { throw error }
                logger.debug("redis blocking pop repeated", metadata: ["error": "\(error)"])
                metrics.reconnected()
                try await Task.sleep(for: pause, clock: .loop)
            }
        }
    }

    private func once(_ left: Duration, _ command: (String) -> RedisCommand) async throws -> RESPValue {
        let connection = try await pool.take()
        var isReusable = false
        defer { pool.give(connection, isReusable: isReusable) }
        let (seconds, attoseconds) = left.components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        // The server ends the wait; our own deadline is there only for a server that is gone.
        let replies = try await connection.send(
            [command("\(Double(milliseconds) / 1000)")], timeout: left + configuration.commandTimeout)
        isReusable = true
        return try (replies.first ?? .null).orThrow()
    }
}
