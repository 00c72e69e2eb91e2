import ArgumentParser
import Contracts
import Logging
import NIOCore
import NIOPosix
import Redis
import Runtime

/// A short-lived connection to Redis for `Gateway viewer`.
enum ViewerAccess {
    /// Throws one line that says what is wrong: settings, or a Redis that does not answer.
    static func with<Result: Sendable>(
        _ body: @escaping @Sendable (ViewerStore) async throws -> Result
    ) async throws -> Result {
        let settings: CommonSettings
        do { settings = try CommonSettings(.environment, service: .gateway) } catch {
            throw failure(error.description)
        }
        let redis = RedisClient(
            configuration: settings.redis, group: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "viewer") { _ in SwiftLogNoOpLogHandler() })
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await redis.run() }
            defer { group.cancelAll() }
            do { return try await body(ViewerStore(redis: redis, keys: settings.keys)) } catch let error as RedisError {
                throw failure("Redis does not answer (\(error.code)); is REDIS_URL right?")
            }
        }
    }

    static func unknown(_ name: String) -> any Error { failure("There is no account \"\(name)\".") }

    /// Printed to standard error; exit code 1.
    static func failure(_ message: String) -> any Error { ViewerFailure(description: message) }
}

/// What the command could not do, in one line.
struct ViewerFailure: Error, CustomStringConvertible {
    let description: String
}

/// An account as a line of `list`.
enum ViewerLine {
    static func text(_ viewer: Viewer, _ use: ViewerStore.Use?) -> String {
        var parts = [
            viewer.name, "expires \(viewer.expiresAt.map { String(ProgramDate.text($0).prefix(16)) + "Z" } ?? "never")",
            "streams \(viewer.streams)", "cap \(viewer.monthlyBytes.map(size) ?? "none")",
            "kinds \(viewer.kinds.map(\.rawValue).joined(separator: ","))",
        ]
        if let use { parts += ["used \(size(use.bytes))", "playing \(use.playing)"] }
        return parts.joined(separator: "  ")
    }

    static func month() -> String { UsageDay(milliseconds: WallClock.now()).month }

    private static func size(_ bytes: Int64) -> String {
        bytes >= 1_000_000_000
            ? "\(bytes / 1_000_000_000).\(bytes / 100_000_000 % 10) GB" : "\(bytes / 1_000_000) MB"
    }
}
