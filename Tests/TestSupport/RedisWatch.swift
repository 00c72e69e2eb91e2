import NIOPosix
import Redis

/// Looks again whenever one of a few keys was written, as the server itself tells (keyspace notifications), and at least once a second,
/// as the product's own loops do.
public struct RedisWatch: Sendable {
    private static let heartbeat = Duration.seconds(1)

    private let subscriber: RedisSubscriber

    /// Runs `body` with a watch on `server`, which is told to notify.
    public static func with<Result: Sendable>(
        _ server: RedisServer, _ redis: RedisClient, _ body: (RedisWatch) async throws -> Result
    ) async throws -> Result {
        _ = try await redis.send(["CONFIG", "SET", "notify-keyspace-events", "KA"])
        var configuration = try RedisConfiguration(url: server.url)
        // Many tests share the machine.
        configuration.commandTimeout = .seconds(30)
        let subscriber = RedisSubscriber(
            configuration: configuration, group: MultiThreadedEventLoopGroup.singleton, logger: quietLogger())
        return try await withRunning([subscriber]) { try await body(RedisWatch(subscriber: subscriber)) }
    }

    /// The first answer of `look` that is one; `nil` if there is none within `patience`.
    public func first<Result: Sendable>(
        of keys: [String], within patience: Duration, _ look: () async throws -> Result?
    ) async throws -> Result? {
        let deadline = ContinuousClock.now + patience
        return try await subscriber.subscribe(to: keys.map { "__keyspace@0__:\($0)" }) { changes in
            while true {
                if let found = try await look() { return found }
                guard .now < deadline else { return nil }
                _ = try await changes.next(within: min(Self.heartbeat, deadline - .now))
            }
        }
    }

    /// Calls `body` now and after each change, until the task is cancelled.
    public func forEver(_ keys: [String], _ body: () async throws -> Void) async throws {
        try await subscriber.subscribe(to: keys.map { "__keyspace@0__:\($0)" }) { changes in
            while !Task.isCancelled {
                try await body()
                _ = try await changes.next(within: Self.heartbeat)
            }
        }
    }
}
