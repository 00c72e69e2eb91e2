import Contracts
import Foundation
import Redis
import Runtime
import ServiceLifecycle
import TestSupport

@testable import Gateway

/// A whole gateway on a free port with a Redis of its own, and the hands of an owner to feed it.
struct GatewayFixture: Sendable {
    let server: RedisServer
    let redis: RedisClient
    let keys: Keys
    let watch: RedisWatch
    let http: HTTPProbe
    let owner: OwnerHands
    let films: FilmHands

    /// Runs `body` beside a gateway with a transcoder in its fleet, whose work the hands do; afterwards the gateway is stopped in good order, and `after` sees what it left.
    static func run(
        _ settings: [String: String] = [:], connections: Int = 5, hasWorker: Bool = true,
        _ body: @Sendable (GatewayFixture) async throws -> Void,
        after: @Sendable (GatewayFixture) async throws -> Void = { _ in }
    ) async throws {
        try await RedisServer.withServer { server in
            try await withRedis(on: server) { redis in
                try await RedisWatch.with(server, redis) { watch in
                    let keys = Keys(prefix: "test-\(UUID().uuidString.prefix(8))")
                    if hasWorker { try await register(redis, keys) }
                    try await run(settings, connections, keys, server, redis, watch, body, after)
                }
            }
        }
    }

    /// The worker of the hands, with a heartbeat that holds for an hour: the hands may need longer than the two seconds after which
    /// a gateway says that there is none.
    private static func register(_ redis: RedisClient, _ keys: Keys) async throws {
        let status = InstanceStatus(service: "transcoder", instance: OwnerHands.instance, version: "1", capacity: 100)
        let stamp = Int64(Date.now.timeIntervalSince1970 * 1000) + 3_600_000
        _ = try await redis.send([
            "HSET", .text(keys.instances), .text(status.instance), .text("\(stamp) \(try status.json())"),
        ])
    }

    private static func run(
        _ settings: [String: String], _ connections: Int, _ keys: Keys, _ server: RedisServer, _ redis: RedisClient,
        _ watch: RedisWatch, _ body: @Sendable (GatewayFixture) async throws -> Void,
        _ after: @Sendable (GatewayFixture) async throws -> Void
    ) async throws {
        var environment = [
            "PORT": "0", "ADMIN_PORT": "0", "REDIS_URL": server.url, "REDIS_KEY_PREFIX": keys.prefix,
            "INSTANCE_ID": "gw-test",
            // As patient as it may be: two hundred gateways start at once here. Tests of patience set their own.
            "LIVE_START_TIMEOUT": "60s", "FILM_START_TIMEOUT": "60s", "FILM_SEGMENT_TIMEOUT": "60s",
        ]
        environment.merge(settings) { $1 }
        _ = try await redis.send(["HSET", .text(keys.slotLimit), "limit", RedisArgument(connections)])
        let runtime = try ServiceRuntime(
            service: .gateway, settings: Settings(environment: environment), logger: quietLogger())
        let app = try await GatewayApp.build(runtime)
        let host = try await ServiceHost(runtime) { _ in app.assembly }
        try await running(host) {
            let fixture = GatewayFixture(
                server: server, redis: redis, keys: keys, watch: watch, http: HTTPProbe(port: try await app.port.value),
                owner: OwnerHands(redis: redis, keys: keys, watch: watch),
                films: FilmHands(redis: redis, keys: keys, watch: watch))
            try await body(fixture)
            return fixture
        } after: {
            try await after($0)
        }
    }

    private static func running(
        _ host: ServiceHost, _ body: @Sendable () async throws -> GatewayFixture,
        after: @Sendable (GatewayFixture) async throws -> Void
    ) async throws {
        let fixture = try await withThrowingTaskGroup(of: Void.self) { group in
            let services = ServiceGroup(
                configuration: .init(services: [.init(service: HostService(host: host))], logger: quietLogger()))
            group.addTask { try await services.run() }
            do {
                let fixture = try await body()
                await services.triggerGracefulShutdown()
                try await group.waitForAll()
                return fixture
            } catch {
                group.cancelAll()
                throw error
            }
        }
        try await after(fixture)
    }

    private struct HostService: Service {
        let host: ServiceHost
        func run() async throws { try await host.run() }
    }

    /// Waits until `condition` holds, looking every 20 ms; a test that times out fails with `Timeout`.
    func eventually(within patience: Duration = .seconds(60), _ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + patience
        while try await !condition() {
            guard .now < deadline else { throw Timeout() }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    struct Timeout: Error {}

    /// Sessions that the fleet counts as watching.
    func viewers(_ stream: StreamID) async throws -> Int64 {
        try await redis.send(["ZCARD", .text(keys.viewers(stream))]).integer ?? 0
    }
}
