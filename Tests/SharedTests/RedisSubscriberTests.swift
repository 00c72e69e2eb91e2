import Foundation
import Logging
import NIOCore
import NIOPosix
import Redis
import ServiceLifecycle
import TestSupport
import Testing

@Suite struct RedisSubscriberTests {
    @Test func theBodyBeginsAfterTheAcknowledgement() async throws {
        try await withSubscriber { server, redis, subscriber in
            for round in 0..<50 {
                try await subscriber.subscribe(to: ["channel"]) { subscription in
                    let heard = try await redis.send(["PUBLISH", "channel", .text("hello \(round)")])
                    #expect(heard.integer == 1)
                    let event = try await subscription.next(within: .seconds(20))
                    #expect(event == .message(channel: "channel", payload: "hello \(round)"))
                }
            }
        }
    }

    @Test func everyWayOutUnsubscribes() async throws {
        struct Failed: Error {}
        try await withSubscriber { server, redis, subscriber in
            await #expect(throws: Failed.self) {
                try await subscriber.subscribe(to: ["a", "b"]) { _ in throw Failed() }
            }
            let cancelled = Task {
                try await subscriber.subscribe(to: ["a", "c"]) { subscription in
                    for await _ in subscription {}
                    try Task.checkCancellation()
                }
            }
            try await waitFor { try await redis.send(["PUBSUB", "NUMSUB", "a"]).array?.last?.integer == 1 }
            cancelled.cancel()
            await #expect(throws: CancellationError.self) { try await cancelled.value }
            try await waitFor { try await redis.send(["PUBSUB", "CHANNELS"]).array?.isEmpty == true }
        }
    }

    @Test func aSharedChannelStaysUntilItsLastSubscriptionEnds() async throws {
        try await withSubscriber { server, redis, subscriber in
            try await subscriber.subscribe(to: ["shared"]) { first in
                try await subscriber.subscribe(to: ["shared", "other"]) { second in
                    let heard = try await redis.send(["PUBLISH", "shared", "both"])
                    #expect(heard.integer == 1)
                    for subscription in [first, second] {
                        let event = try await subscription.next(within: .seconds(20))
                        #expect(event == .message(channel: "shared", payload: "both"))
                    }
                }
                try await waitFor { try await redis.send(["PUBSUB", "NUMSUB", "other"]).array?.last?.integer == 0 }
                _ = try await redis.send(["PUBLISH", "shared", "one"])
                let event = try await first.next(within: .seconds(20))
                #expect(event == .message(channel: "shared", payload: "one"))
                let none = try await first.next(within: .milliseconds(1))
                #expect(none == nil)
            }
        }
    }

    @Test func aCutConnectionIsToldAsAGapAndMessagesFlowAgain() async throws {
        try await withSubscriber { server, redis, subscriber in
            try await subscriber.subscribe(to: ["one", "two"]) { subscription in
                for round in 0..<3 {
                    let killed = try await redis.send(["CLIENT", "KILL", "TYPE", "pubsub"])
                    #expect(killed.integer == 1)
                    let gap = try await subscription.next(within: .seconds(20))
                    #expect(gap == .gap)
                    for channel in ["one", "two"] {
                        _ = try await redis.send(["PUBLISH", .text(channel), .text("\(round)")])
                        let event = try await subscription.next(within: .seconds(20))
                        #expect(event == .message(channel: channel, payload: "\(round)"))
                    }
                }
            }
        }
    }

    @Test func aRestartedServerIsToldAsAGap() async throws {
        try await withSubscriber { server, redis, subscriber in
            try await subscriber.subscribe(to: ["channel"]) { subscription in
                try await server.kill()
                try await server.restart()
                let gap = try await subscription.next(within: .seconds(20))
                #expect(gap == .gap)
                // The client of commands may not have noticed the loss yet.
                try await waitFor {
                    await failure { _ = try await redis.send(["PUBLISH", "channel", "again"]) } == nil
                }
                let event = try await subscription.next(within: .seconds(20))
                #expect(event == .message(channel: "channel", payload: "again"))
            }
        }
    }

    @Test func answeredHeartbeatsKeepTheConnection() async throws {
        try await withSubscriber({ $0.heartbeat = .seconds(1) }) { server, redis, subscriber in
            try await subscriber.subscribe(to: ["channel"]) { subscription in
                let quiet = try await subscription.next(within: .milliseconds(2500))
                #expect(quiet == nil)
            }
        }
    }

    @Test func aSilentConnectionIsNoticedByItsHeartbeat() async throws {
        // It acknowledges subscriptions and answers nothing else.
        try await ScriptedServer.with { command in
            command.contains("SUBSCRIBE") ? "*3\r\n$9\r\nsubscribe\r\n$7\r\nchannel\r\n:1\r\n" : nil
        } _: { server in
            var configuration = server.configuration
            configuration.heartbeat = .milliseconds(50)
            configuration.commandTimeout = .seconds(20)
            let subscriber = RedisSubscriber(
                configuration: configuration, group: MultiThreadedEventLoopGroup.singleton, logger: quietLogger())
            try await withRunning([subscriber]) {
                try await subscriber.subscribe(to: ["channel"]) { subscription in
                    for _ in 0..<3 {
                        let event = try await subscription.next(within: .seconds(20))
                        #expect(event == .gap)
                    }
                }
            }
        }
    }

    @Test func aSlowReaderLosesTheOldestAndFindsAGap() async throws {
        try await withSubscriber({ $0.subscriptionBuffer = 4 }) { server, redis, subscriber in
            try await subscriber.subscribe(to: ["marker"]) { marker in
                try await subscriber.subscribe(to: ["channel"]) { slow in
                    for number in 0..<10 { _ = try await redis.send(["PUBLISH", "channel", RedisArgument(number)]) }
                    // One connection keeps the order: when this has come, the others have.
                    _ = try await redis.send(["PUBLISH", "marker", "end"])
                    _ = try await marker.next(within: .seconds(20))
                    #expect(slow.dropped == 6)
                    var events: [RedisSubscriptionEvent] = []
                    while let event = try await slow.next(within: .milliseconds(1)) { events.append(event) }
                    #expect(events.first == .gap)
                    #expect(events.dropFirst() == (6..<10).map { .message(channel: "channel", payload: "\($0)") }[...])
                }
            }
        }
    }

    @Test func withoutAcknowledgementTheBodyDoesNotRun() async throws {
        var configuration = try RedisConfiguration(url: "redis://127.0.0.1:\(freePort())")
        configuration.commandTimeout = .milliseconds(200)
        configuration.maxSubscriptions = 1
        let subscriber = RedisSubscriber(
            configuration: configuration, group: MultiThreadedEventLoopGroup.singleton, logger: quietLogger())
        try await withRunning([subscriber]) {
            await expect(.timeout) {
                try await subscriber.subscribe(to: ["channel"]) { _ in _ = Issue.record("it ran") }
            }
        }
        await expect(.closed) { try await subscriber.subscribe(to: ["channel"]) { _ in } }
    }

    @Test func shutdownEndsSubscriptions() async throws {
        try await RedisServer.withServer { server in
            let subscriber = try RedisSubscriber(
                configuration: RedisConfiguration(url: server.url), group: MultiThreadedEventLoopGroup.singleton,
                logger: quietLogger())
            let service = Task { try await subscriber.run() }
            try await subscriber.subscribe(to: ["channel"]) { subscription in
                service.cancel()
                for await _ in subscription {}
                await expect(.closed) { _ = try await subscription.next(within: .seconds(20)) }
            }
        }
    }

    @Test func thousandsComeAndGoAtOnce() async throws {
        try await withSubscriber { server, redis, subscriber in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<2000 {
                    group.addTask {
                        // Ten subscriptions share a channel, and come while others leave it.
                        let channel = "channel-\(number % 200)"
                        try await subscriber.subscribe(to: [channel]) { subscription in
                            _ = try await redis.send(
                                ["PUBLISH", .text(channel), .text("\(number)")], timeout: .seconds(20))
                            while let event = try await subscription.next(within: .seconds(20)) {
                                if event == .message(channel: channel, payload: "\(number)") { return }
                            }
                            Issue.record("an own message was missed")
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await waitFor { try await redis.send(["PUBSUB", "CHANNELS"]).array?.isEmpty == true }
        }
    }

    private func withSubscriber(
        _ change: (inout RedisConfiguration) -> Void = { _ in },
        _ body: (RedisServer, RedisClient, RedisSubscriber) async throws -> Void
    ) async throws {
        try await RedisServer.withServer { server in
            var configuration = try RedisConfiguration(url: server.url)
            change(&configuration)
            let group = MultiThreadedEventLoopGroup.singleton
            let redis = RedisClient(configuration: configuration, group: group, logger: quietLogger())
            let subscriber = RedisSubscriber(configuration: configuration, group: group, logger: quietLogger())
            try await withRunning([redis, subscriber]) { try await body(server, redis, subscriber) }
        }
    }
}
