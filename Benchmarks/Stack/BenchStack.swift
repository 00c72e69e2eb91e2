import Contracts
import Foundation
import NIOPosix
import Redis
import TestSupport

/// The product as it runs in `./dash demo`, with a view into its Redis.
struct BenchStack: Sendable {
    let stack: DashStack
    let provider: DemoProviderProcess
    let redis: RedisClient
    let subscriber: RedisSubscriber
    let keys = Keys()

    /// Runs `body` with everything started, and leaves nothing behind.
    static func with<Result: Sendable>(
        _ options: DashStack.Options, _ body: @escaping @Sendable (BenchStack) async throws -> Result
    ) async throws -> Result {
        var options = options
        // As in production; debug lines cost time.
        options.environment["LOG_LEVEL"] = "info"
        return try await DashStack.with(options) { stack in
            let configuration = try RedisConfiguration(url: stack.redis.url)
            let group = MultiThreadedEventLoopGroup.singleton
            let bench = BenchStack(
                stack: stack, provider: try stack.requireProvider(),
                redis: RedisClient(configuration: configuration, group: group, logger: quietLogger()),
                subscriber: RedisSubscriber(configuration: configuration, group: group, logger: quietLogger()))
            return try await withRunning([bench.redis, bench.subscriber]) { try await body(bench) }
        }
    }

    static func stream(_ channel: Int) throws -> StreamID {
        guard let stream = StreamID("live-\(channel)") else {
            throw DashStack.NotReady(description: "\(channel) is not a channel number")
        }
        return stream
    }

    /// Waits until nobody owns the channel and the provider has no connection. Throws after `seconds`.
    func waitUntilCold(_ channel: Int, seconds: Double = 60) async throws {
        let demand = StreamDemand(redis: redis, keys: keys)
        let stream = try Self.stream(channel)
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            let isOwned = try await !demand.status(of: stream).owner.isEmpty
            if !isOwned, try await provider.counters().open == 0 { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw DashStack.NotReady(description: "live-\(channel) still runs after \(seconds) s without viewers")
    }
}
