import Contracts
import Logging
import NIOCore
import NIOPosix
import Redis
import Runtime

/// A short-lived connection to Redis for `Gateway viewer` and `Gateway trace`.
enum RedisAccess {
    /// Throws one line that says what is wrong: settings, or a Redis that does not answer.
    static func with<Result: Sendable>(
        _ body: @escaping @Sendable (RedisClient, Keys) async throws -> Result
    ) async throws -> Result {
        let settings: CommonSettings
        do { settings = try CommonSettings(.environment, service: .gateway) } catch {
            throw failure(error.description)
        }
        let redis = RedisClient(
            configuration: settings.redis, group: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "command") { _ in SwiftLogNoOpLogHandler() })
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await redis.run() }
            defer { group.cancelAll() }
            do { return try await body(redis, settings.keys) } catch let error as RedisError {
                throw failure("Redis does not answer (\(error.code)); is REDIS_URL right?")
            }
        }
    }

    /// Printed to standard error; exit code 1.
    static func failure(_ message: String) -> any Error { CommandFailure(description: message) }
}

/// What a command could not do, in one line.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String
}
