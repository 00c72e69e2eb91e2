import Foundation
import NIOPosix
import Redis
import TestSupport
import Testing

@Suite struct RedisBlockingListTests {
    @Test func whatIsPushedIsPoppedAtOnce() async throws {
        try await withLists { server, redis, lists in
            async let popped = lists.pop(from: "list", timeout: .seconds(20))
            try await waitForBlocked(1, redis)
            _ = try await redis.send(["LPUSH", "list", "element"])
            #expect(try await popped == "element")

            _ = try await redis.send(["LPUSH", "list", "first", "second"])
            #expect(try await lists.move(from: "list", to: "taken", timeout: .seconds(20)) == "first")
            #expect(try await redis.send(["LRANGE", "taken", 0, -1]).array?.map(\.string) == ["first"])
            #expect(try await lists.pop(from: "list", timeout: .seconds(20)) == "second")
        }
    }

    @Test func anEmptyListGivesNothingInTime() async throws {
        try await withLists { server, redis, lists in
            let start = ContinuousClock.now
            let popped = try await lists.pop(from: "list", timeout: .milliseconds(200))
            #expect(popped == nil)
            #expect(try await lists.move(from: "list", to: "taken", timeout: .milliseconds(200)) == nil)
            #expect(ContinuousClock.now - start >= .milliseconds(400))
            #expect(try await lists.pop(from: "list", timeout: .zero) == nil)
        }
    }

    @Test func aCancelledPopTakesNothing() async throws {
        try await withLists { server, redis, lists in
            for round in 0..<5 {
                let cancelled = Task { try await lists.pop(from: "list", timeout: .seconds(60)) }
                try await waitForBlocked(1, redis)
                cancelled.cancel()
                await #expect(throws: CancellationError.self) { try await cancelled.value }
                try await waitForBlocked(0, redis)
                _ = try await redis.send(["LPUSH", "list", .text("\(round)")])
                #expect(try await lists.pop(from: "list", timeout: .seconds(20)) == "\(round)")
            }
        }
    }

    @Test func aPopOutlivesARestart() async throws {
        try await withLists { server, redis, lists in
            async let popped = lists.pop(from: "list", timeout: .seconds(60))
            try await waitForBlocked(1, redis)
            try await server.kill()
            try await server.restart()
            // The client of commands may not have noticed the loss yet.
            try await waitFor { await failure { _ = try await redis.send(["LPUSH", "list", "after"]) } == nil }
            #expect(try await popped == "after")
        }
    }

    @Test func aPopOfAServerThatIsAwayFailsInTime() async throws {
        let configuration = try RedisConfiguration(url: "redis://127.0.0.1:\(freePort())")
        let lists = RedisBlockingList(
            configuration: configuration, group: MultiThreadedEventLoopGroup.singleton, logger: quietLogger())
        await expect(.notConnected) { _ = try await lists.pop(from: "list", timeout: .milliseconds(300)) }
    }

    @Test func popsBeyondTheLimitAreRefusedAndShutdownEndsTheRest() async throws {
        try await RedisServer.withServer { server in
            var configuration = try RedisConfiguration(url: server.url)
            configuration.maxBlockingPops = 2
            let lists = RedisBlockingList(
                configuration: configuration, group: MultiThreadedEventLoopGroup.singleton, logger: quietLogger())
            let service = Task { try await lists.run() }
            let pops = (0..<2).map { _ in Task { try await lists.pop(from: "list", timeout: .seconds(60)) } }
            try await withRedis(on: server) { redis in
                try await waitForBlocked(2, redis)
                await expect(.overloaded) { _ = try await lists.pop(from: "list", timeout: .seconds(60)) }
                service.cancel()
                for pop in pops { await expect(.closed) { _ = try await pop.value } }
                try await waitForBlocked(0, redis)
            }
        }
    }

    private func waitForBlocked(_ count: Int, _ redis: RedisClient) async throws {
        try await waitFor {
            try await redis.send(["INFO", "clients"]).string?.contains("blocked_clients:\(count)\r") == true
        }
    }

    private func withLists(_ body: (RedisServer, RedisClient, RedisBlockingList) async throws -> Void) async throws {
        try await RedisServer.withServer { server in
            let lists = try RedisBlockingList(
                configuration: RedisConfiguration(url: server.url), group: MultiThreadedEventLoopGroup.singleton,
                logger: quietLogger())
            try await withRedis(on: server) { redis in
                try await withRunning([lists]) { try await body(server, redis, lists) }
            }
        }
    }
}
