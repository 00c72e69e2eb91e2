import Executors
import Logging
import NIOCore
import ServiceLifecycle

/// Keeps one connection alive for as long as it runs: connects, waits for the end, backs off, connects again.
struct RedisConnectionKeeper {
    /// A connection that held this long was a good one: the next back-off begins anew.
    private static let goodLife = Duration.seconds(2)

    let connector: RedisConnector
    let eventLoop: any EventLoop
    let metrics: RedisMetrics
    let logger: Logger
    let name: String

    /// Returns when the task is cancelled or graceful shutdown begins. The closures run on the event loop.
    func run(
        failed: @escaping @Sendable (RedisError) -> Void,
        opened: @escaping @Sendable (_ connection: RedisConnection, _ isFirst: Bool) -> Void,
        closed: @escaping @Sendable () -> Void
    ) async {
        try? await cancelWhenGracefulShutdown {
            var backOff = RedisBackOff()
            var outage = RedisOutage()
            var isFirst = true
            while !Task.isCancelled {
                do {
                    let connection = try await connector.connect(on: eventLoop)
                    let start = ContinuousClock.now
                    let first = isFirst
                    isFirst = false
                    if !first { metrics.reconnected() }
                    log(outage.connected(), "redis connected", ["redis.attempts": "\(outage.attempts)"])
                    await keep(connection, { opened(connection, first) }, closed)
                    if Task.isCancelled { return }
                    let wasGood = ContinuousClock.now - start > Self.goodLife
                    if wasGood { backOff.reset() }
                    log(outage.lost(wasGood: wasGood), "redis connection lost")
                } catch is CancellationError {
                    return
                } catch {
                    await report(error, outage.failed(), failed)
                }
                try await Task.sleep(for: backOff.next(), clock: .loop)
            }
        }
    }

    private func keep(
        _ connection: RedisConnection, _ opened: @escaping @Sendable () -> Void,
        _ closed: @escaping @Sendable () -> Void
    ) async {
        // `closed` is registered with the channel, so that it comes in the same turn of the event loop as the loss.
        try? await eventLoop.submit {
            opened()
            connection.channel.closeFuture.assumeIsolated().whenComplete { _ in closed() }
        }.get()
        await connection.waitUntilClosed()
    }

    private func report(
        _ error: any Error, _ level: Logger.Level, _ failed: @escaping @Sendable (RedisError) -> Void
    ) async {
        let error = error as? RedisError ?? RedisError(.notConnected, "cannot connect to Redis")
        metrics.connectFailed()
        log(level, "redis connect failed", ["error": "\(error)"])
        try? await eventLoop.submit { failed(error) }.get()
    }

    private func log(_ level: Logger.Level, _ message: Logger.Message, _ metadata: Logger.Metadata = [:]) {
        logger.log(level: level, message, metadata: metadata.merging(["redis.name": "\(name)"]) { $1 })
    }
}
