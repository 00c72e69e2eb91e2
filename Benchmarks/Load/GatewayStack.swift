import Contracts
import Foundation
import NIOPosix
import Redis
import TestSupport

/// One gateway with its two Redis and nothing behind it: channels are published by this process.
struct GatewayStack: Sendable {
    let stack: DashStack
    let redis: RedisClient
    let media: RedisClient
    let keys = Keys()

    var gateway: ServiceProcess { stack.gateways[0] }
    /// The gateway's public port.
    var port: Int { stack.url.split(separator: ":").last.flatMap { Int($0) } ?? 0 }

    static func with<Result: Sendable>(
        _ body: @escaping @Sendable (GatewayStack) async throws -> Result
    ) async throws -> Result {
        var options = DashStack.Options()
        (options.tokenServices, options.transcoders, options.segmentStores) = (0, 0, 0)
        options.startsProvider = false
        options.readyPath = "/api/health/ready"
        options.environment["LOG_LEVEL"] = "info"
        return try await DashStack.with(options) { stack in
            let (redis, media) = (try client(stack.redis), try client(stack.mediaRedis))
            let bench = GatewayStack(stack: stack, redis: redis, media: media)
            return try await withRunning([redis, media]) {
                // What a TokenService would have learnt from the provider.
                _ = try await redis.send(["HSET", .text(bench.keys.slotLimit), "limit", 100])
                return try await body(bench)
            }
        }
    }

    private static func client(_ server: RedisServer) throws -> RedisClient {
        RedisClient(
            configuration: try RedisConfiguration(url: server.url), group: MultiThreadedEventLoopGroup.singleton,
            logger: quietLogger())
    }

    /// Runs `body` while `channels` are on the air, each with a full window.
    func playing<Result: Sendable>(
        _ channels: [RecordedChannel], _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            for channel in channels { group.addTask { try await channel.play(on: self) } }
            for channel in channels {
                let viewing = try await Viewing.begin(master(channel), rendition: channel.rendition.name)
                let deadline = ContinuousClock.now + .seconds(30)
                while try await viewing.load().segments.count < RecordedChannel.window {
                    guard .now < deadline else {
                        throw DashStack.NotReady(description: "\(channel.stream) has no full window after 30 s")
                    }
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
            return try await body()
        }
    }

    func master(_ channel: RecordedChannel) -> String { "\(stack.url)/api/hls/\(channel.stream)/master.m3u8" }
}
