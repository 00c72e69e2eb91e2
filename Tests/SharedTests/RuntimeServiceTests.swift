import Contracts
import Foundation
import Hummingbird
import Logging
import NIOPosix
import ServiceLifecycle
import TestSupport
import Testing

@testable import Runtime

struct RuntimeServiceTests {
    /// Answers of a loopback HTTP server.
    private func get(_ port: Int, _ path: String) async throws -> (status: Int, body: String) {
        let (data, response) = try await Fetch.get("http://127.0.0.1:\(port)\(path)")
        return (response, data)
    }

    private func host(redis: String, prefix: String = "dash", _ services: [any Service] = []) async throws
        -> ServiceHost
    {
        let settings = Settings(environment: [
            "REDIS_URL": redis, "ADMIN_PORT": "0", "REDIS_KEY_PREFIX": prefix, "INSTANCE_ID": "token-service-1",
        ])
        let runtime = try ServiceRuntime(service: .tokenService, settings: settings, logger: quietLogger())
        return try await ServiceHost(runtime) { _ in ServiceAssembly(services: services) }
    }

    @Test func aServiceBeatsAnswersAndLeavesNothing() async throws {
        try await RedisServer.withServer { server in
            let host = try await host(redis: server.url, prefix: "t1")
            try await withRedis(on: server) { client in
                let registry = InstanceRegistry(redis: client, keys: Keys(prefix: "t1"))
                let trigger = GracefulTrigger()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await trigger.run(host) }
                    let port = try await host.admin.port.value
                    try await eventually {
                        try await registry.alive(service: "token-service").map(\.instance) == ["token-service-1"]
                    }
                    #expect(try await registry.alive(service: "gateway").isEmpty)
                    #expect(try await get(port, "/health/live").status == 200)
                    try await eventually { try await get(port, "/health/ready").status == 200 }
                    let health = try await get(port, "/health")
                    let report = try JSONDecoder().decode(HealthReport.self, from: Data(health.body.utf8))
                    #expect(report.checks.map(\.name) == ["media-redis", "redis"] && report.isHealthy)
                    let metrics = try await get(port, "/metrics")
                    #expect(metrics.body.contains("process_resident_memory_bytes "))
                    await trigger.stop()
                    try await group.waitForAll()
                }
                #expect(try await registry.entries().isEmpty)
            }
        }
    }

    @Test func withoutRedisItLivesButIsNotReady() async throws {
        let host = try await host(redis: "redis://127.0.0.1:\(freePort())")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try? await host.run() }
            let port = try await host.admin.port.value
            #expect(try await get(port, "/health/live").status == 200)
            let ready = try await get(port, "/health/ready")
            #expect(ready.status == 503 && ready.body.contains("Redis does not answer"))
            group.cancelAll()
        }
    }

    @Test func aFailingPartEndsTheHost() async throws {
        struct Broken: Service {
            struct Failure: Error {}
            func run() async throws { throw Failure() }
        }
        let host = try await host(redis: "redis://127.0.0.1:\(freePort())", [Broken()])
        await #expect(throws: Broken.Failure.self) { try await host.run() }
    }

    @Test func badSettingsAreRefusedBeforeAnythingRuns() {
        #expect(throws: SettingsError.self) {
            try ServiceRuntime(
                service: .gateway, settings: Settings(environment: ["LOG_LEVEL": "loud"]), logger: quietLogger())
        }
    }

    @Test func policiesAreJudgedByRole() {
        let bad = RedisPolicy(eviction: "allkeys-lru", maximumMemory: 0, isAppendOnly: false)
        #expect(bad.complaints(for: .coordination).count == 2)
        #expect(bad.complaints(for: .media).count == 1)
        #expect(bad.complaints(for: .both).count == 3)
        #expect(
            RedisPolicy(eviction: "noeviction", maximumMemory: 0, isAppendOnly: true).complaints(for: .coordination)
                .isEmpty)
        #expect(
            RedisPolicy(eviction: "allkeys-lru", maximumMemory: 1, isAppendOnly: false).complaints(for: .media).isEmpty)
        #expect(
            RedisPolicy(eviction: "volatile-lru", maximumMemory: 1, isAppendOnly: true).complaints(for: .both).isEmpty)
    }

    @Test func thePolicyOfARealServerIsRead() async throws {
        var options = RedisServer.Options()
        options.maxMemory = "64mb"
        options.policy = "volatile-lru"
        options.appendOnly = true
        try await withRedis(options) { client, _ in
            let policy = try await RedisPolicyCheck.policy(of: client)
            #expect(policy == RedisPolicy(eviction: "volatile-lru", maximumMemory: 64 << 20, isAppendOnly: true))
        }
    }
}
