import Foundation
import Logging
import NIOPosix
import Redis
import ServiceLifecycle

/// Runs `body` with a fresh server and a running client of it. The prefix is unique: build `Keys(prefix:)` with it.
@discardableResult
public func withRedis<Result: Sendable>(
    _ options: RedisServer.Options = RedisServer.Options(), isolation: isolated (any Actor)? = #isolation,
    _ body: (_ client: RedisClient, _ keysPrefix: String) async throws -> Result
) async throws -> Result {
    try await RedisServer.withServer(options) { server in
        try await withRedis(on: server) { client in
            try await body(client, "test-\(UUID().uuidString.prefix(8))")
        }
    }
}

/// Runs `body` with a running client of `server`.
@discardableResult
public func withRedis<Result: Sendable>(
    on server: RedisServer, isolation: isolated (any Actor)? = #isolation,
    _ body: (_ client: RedisClient) async throws -> Result
) async throws -> Result {
    var configuration = try RedisConfiguration(url: server.url)
    // Many tests share the machine.
    configuration.commandTimeout = .seconds(30)
    let client = RedisClient(
        configuration: configuration, group: MultiThreadedEventLoopGroup.singleton, logger: quietLogger())
    return try await withRunning([client]) { try await body(client) }
}

/// Runs `services` beside `body` and ends them with it.
@discardableResult
public func withRunning<Result: Sendable>(
    _ services: [any Service], isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for service in services { group.addTask { try await service.run() } }
        defer { group.cancelAll() }
        return try await body()
    }
}

/// A logger that drops everything, for parts whose logs are not under test.
public func quietLogger() -> Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
