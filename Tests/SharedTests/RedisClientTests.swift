import Foundation
import Logging
import NIOCore
import NIOPosix
import Redis
import Synchronization
import TestSupport
import Testing

@Suite struct RedisClientTests {
    @Test func repliesComeInTheOrderOfTheirCommands() async throws {
        try await withRedis { redis, prefix in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<20 {
                    group.addTask {
                        for round in 0..<50 {
                            let value = "\(worker)-\(round)"
                            #expect(try await redis.send(["ECHO", .text(value)]).string == value)
                        }
                        let replies = try await redis.pipeline((0..<50).map { ["ECHO", RedisArgument($0)] })
                        #expect(replies.map(\.integer) == (0..<50).map { Int64($0) })
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func everyKindOfReplyIsTyped() async throws {
        try await withRedis { redis, prefix in
            let key = "\(prefix):hash"
            #expect(try await redis.send(["GET", "absent"]).isNull)
            #expect(try await redis.send(["HSET", .text(key), "a", 1, "b", "two"]).integer == 2)
            #expect(
                try await redis.send(["HGETALL", .text(key)]).dictionary.mapValues(\.string) == ["a": "1", "b": "two"])
            #expect(try await redis.send(["TYPE", .text(key)]) == .simple("hash"))
            let nested = try await redis.send(["EVAL", "return {1, {'x', {2, false}}}", 0])
            let two = RESPValue.array([.integer(2), .null])
            #expect(nested == .array([.integer(1), .array([.bulk(ByteBuffer(string: "x")), two])]))
            let replies = try await redis.pipeline([["SET", "k", "v"], ["INCR", "k"], ["GET", "k"]])
            #expect(replies[0] == .simple("OK"))
            guard case .error = replies[1] else { return #expect(Bool(false), "an error stays a value in a pipeline") }
            #expect(replies[2].string == "v")
        }
    }

    @Test(arguments: [0, 1, 16 * 1024 - 1, 16 * 1024, 2 * 1024 * 1024])
    func binaryValuesOfAnySizeComeBackAsTheyWere(size: Int) async throws {
        let value = ByteBuffer(bytes: (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
        try await withRedis { redis, prefix in
            let set: RedisCommand = ["SET", .text("\(prefix):value"), .bytes(value), "PX", 60000]
            #expect(try await redis.send(set) == .simple("OK"))
            #expect(try await redis.send(["GET", .text("\(prefix):value")]).bytes == value)
            // Between small ones in one pipeline.
            let replies = try await redis.pipeline([["PING"], set, ["STRLEN", .text("\(prefix):value")], ["PING"]])
            #expect(replies.map(\.string) == ["PONG", "OK", "\(size)", "PONG"])
        }
    }

    @Test func scriptsRunByDigestAndSurviveAFlush() async throws {
        let script = RedisScript("test", "return {KEYS[1], ARGV[1]}")
        try await withRedis { redis, _ in
            for _ in 0..<2 {
                let reply = try await redis.run(script, keys: ["key"], arguments: ["argument"])
                #expect(reply.array?.map(\.string) == ["key", "argument"])
            }
            _ = try await redis.send(["SCRIPT", "FLUSH"])
            #expect(try await redis.run(script, keys: ["key"], arguments: [7]).array?.last?.integer == 7)
            let known = try await redis.send(["SCRIPT", "EXISTS", .text(script.digest)])
            #expect(known == .array([.integer(1)]))
        }
    }

    @Test func errorsAreTyped() async throws {
        var options = RedisServer.Options()
        options.maxMemory = "2mb"
        options.policy = "noeviction"
        try await withRedis(options) { redis, _ in
            await expect(.outOfMemory) {
                for number in 0..<64 {
                    _ = try await redis.send([
                        "SET", .text("\(number)"), .bytes(ByteBuffer(repeating: 1, count: 100_000)),
                    ])
                }
            }
            _ = try await redis.send(["REPLICAOF", "127.0.0.1", "1"])
            await expect(.unavailable) { _ = try await redis.send(["SET", "key", "value"]) }
            await expect(.server) { _ = try await redis.send(["INCR"]) }
            let error = await expect(.server) { _ = try await redis.send(["UNKNOWN", "s3cret-argument"]) }
            #expect(error.map { !"\($0)".contains("s3cret") } == true)
        }
    }

    @Test(arguments: [
        "LOADING Redis is loading", "READONLY You can't write", "MASTERDOWN Link", "BUSY running a script",
    ])
    func aServerThatCannotNowIsUnavailable(reply: String) async throws {
        try await ScriptedServer.with { _ in
            "-\(reply)\r\n"
        } _: { server in
            try await withClient(server.configuration) { redis in
                let error = await expect(.unavailable) { _ = try await redis.send(["GET", "key"]) }
                #expect(error?.isRetriable == true)
            }
        }
    }

    // MARK: Restart

    @Test func aRestartIsSurvivedAndToldOf() async throws {
        var options = RedisServer.Options()
        options.appendOnly = true
        try await RedisServer.withServer(options) { server in
            try await withRedis(on: server) { redis in
                var events = redis.connections().makeAsyncIterator()
                _ = try await redis.send(["SET", "kept", "yes"])
                guard case .connected(let firstRun, true) = await events.next() else {
                    return #expect(Bool(false), "the first connection is told of")
                }
                try await server.kill()
                #expect(await events.next() == .disconnected)
                async let waiting = redis.send(["GET", "kept"], timeout: .seconds(20))
                try await server.restart()
                #expect(try await waiting.string == "yes")
                guard case .connected(let secondRun, false) = await events.next() else {
                    return #expect(Bool(false), "the second connection is told of")
                }
                #expect(firstRun != secondRun && !secondRun.isEmpty)
            }
        }
    }

    @Test func noCommandHangsWhenTheServerDiesInMidTraffic() async throws {
        try await RedisServer.withServer { server in
            try await withRedis(on: server) { redis in
                _ = try await redis.send(["PING"])
                let settled = try await withThrowingTaskGroup(of: Int.self) { group in
                    for worker in 0..<50 {
                        group.addTask { try await Self.settle(40, worker: worker, redis) }
                    }
                    group.addTask {
                        try await server.kill()
                        try await server.restart()
                        return 0
                    }
                    return try await group.reduce(0, +)
                }
                #expect(settled == 2000)
                #expect(try await redis.send(["PING"]).string == "PONG")
            }
        }
    }

    /// Sends `count` commands and returns how many ended, well or with an error that a loss explains.
    private static func settle(_ count: Int, worker: Int, _ redis: RedisClient) async throws -> Int {
        for round in 0..<count {
            do {
                let reply = try await redis.send(["ECHO", .text("\(worker)-\(round)")], timeout: .seconds(20))
                #expect(reply.string == "\(worker)-\(round)")
            } catch let error as RedisError {
                #expect(error.code == .connectionLost || error.code == .unavailable)
            }
        }
        return count
    }

    // MARK: Limits

    @Test func aCommandWithoutReplyTimesOutAndTheNextOneWorks() async throws {
        try await RedisServer.withServer { server in
            try await withRedis(on: server) { redis in
                _ = try await redis.send(["PING"])
                server.pause()
                await expect(.timeout) { _ = try await redis.send(["PING"], timeout: .milliseconds(200)) }
                server.resume()
                // The late PONG must not be taken for this one's answer.
                #expect(try await redis.send(["ECHO", "mine"]).string == "mine")
            }
        }
    }

    @Test func aSilentConnectionIsGivenUp() async throws {
        try await RedisServer.withServer { server in
            var configuration = try RedisConfiguration(url: server.url)
            configuration.commandTimeout = .milliseconds(300)
            try await withClient(configuration) { redis in
                _ = try await redis.send(["PING"], timeout: .seconds(20))
                var events = redis.connections().makeAsyncIterator()
                server.pause()
                await #expect(throws: RedisError.self) { _ = try await redis.send(["PING"]) }
                while let event = await events.next(), event != .disconnected {}
                server.resume()
                #expect(try await redis.send(["ECHO", "mine"], timeout: .seconds(20)).string == "mine")
            }
        }
    }

    @Test func commandsWaitForAConnectionUntilTheirDeadline() async throws {
        let configuration = try RedisConfiguration(url: "redis://127.0.0.1:1")
        try await withClient(configuration) { redis in
            let start = ContinuousClock.now
            await expect(.notConnected) { _ = try await redis.send(["PING"], timeout: .milliseconds(300)) }
            #expect(ContinuousClock.now - start >= .milliseconds(300))
        }
    }

    @Test func whatDoesNotFitIsRefused() async throws {
        var configuration = try RedisConfiguration(url: "redis://127.0.0.1:1")
        configuration.maxCommandsInFlight = 3
        configuration.maxBytesInFlight = 1000
        try await withClient(configuration) { redis in
            await expect(.overloaded) { _ = try await redis.pipeline([["A"], ["B"], ["C"], ["D"]]) }
            let big: RedisCommand = ["SET", "key", .bytes(ByteBuffer(repeating: 1, count: 900))]
            let codes = try await withThrowingTaskGroup(of: RedisError.Code?.self) { group in
                for _ in 0..<2 {
                    group.addTask { await failure { _ = try await redis.send(big, timeout: .seconds(1)) } }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            // Whichever came second was refused at once; the first waited for a connection.
            #expect(codes == [.overloaded, .notConnected])

            let cancelled = Task {
                // Until the place of the one before is free.
                while await failure({ _ = try await redis.send(big) }) == .overloaded {}
                return Task.isCancelled
            }
            cancelled.cancel()
            #expect(await cancelled.value)
            // It gives its place back.
            await expect(.notConnected) {
                _ = try await redis.send(big, timeout: .milliseconds(1))
            } ignoring: {
                $0.code == .overloaded
            }
        }
    }

    @Test func aCancelledCommandLeavesTheOthersTheirReplies() async throws {
        try await RedisServer.withServer { server in
            try await withRedis(on: server) { redis in
                _ = try await redis.send(["PING"])
                server.pause()
                let cancelled = Task { try await redis.send(["ECHO", "cancelled"]) }
                async let kept = redis.send(["ECHO", "kept"], timeout: .seconds(20))
                cancelled.cancel()
                await #expect(throws: CancellationError.self) { try await cancelled.value }
                server.resume()
                #expect(try await kept.string == "kept")
            }
        }
    }

    @Test func afterShutdownCommandsFailAsClosed() async throws {
        try await RedisServer.withServer { server in
            let redis = try RedisClient(
                configuration: RedisConfiguration(url: server.url), group: MultiThreadedEventLoopGroup.singleton,
                logger: quietLogger())
            let service = Task { try await redis.run() }
            _ = try await redis.send(["PING"])
            service.cancel()
            try await service.value
            await expect(.closed) { _ = try await redis.send(["PING"]) }
        }
    }

    // MARK: Bad servers

    @Test(arguments: ["?what\r\n", "*1\r\n?3\r\n", "$nonsense\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n"])
    func garbageIsAProtocolViolationAndTheNextConnectionWorks(garbage: String) async throws {
        let isFirst = Mutex(true)
        try await ScriptedServer.with { _ in
            isFirst.withLock { first in
                defer { first = false }
                return first ? garbage : "+PONG\r\n"
            }
        } _: { server in
            try await withClient(server.configuration) { redis in
                await expect(.protocolViolation) { _ = try await redis.send(["PING"]) }
                let reply = try await redis.send(["PING"], timeout: .seconds(20))
                #expect(reply.string == "PONG")
            }
        }
    }

    @Test func aReplyBeyondTheLimitIsAProtocolViolation() async throws {
        try await RedisServer.withServer { server in
            var configuration = try RedisConfiguration(url: server.url)
            configuration.maxReplyBytes = 10_000
            try await withClient(configuration) { redis in
                _ = try await redis.send(["SETRANGE", "key", 20_000, "x"])
                await expect(.protocolViolation) { _ = try await redis.send(["GET", "key"]) }
                #expect(try await redis.send(["PING"]).string == "PONG")
            }
        }
    }
}
