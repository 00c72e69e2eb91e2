import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// HTTP/1.1 whose requests are handled on their connection's own event loop, where they are read and answered.
///
/// Otherwise each step of a request hops between the loop and Swift's own threads, and each hop may have to wake a thread, which costs
/// more than to find a playlist that is in memory (`docs/decisions/0038-requests-on-the-loop.md`). What may compute for
/// milliseconds leaves the loop: ``OffLoop``.
struct LoopChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let http: HTTP1Channel.Value
        let client: ClientPresence

        var channel: any Channel { http.channel }
    }

    private let inner: HTTP1Channel

    /// Bytes of answers that the kernel keeps for one viewer; it doubles them for what it needs itself, and would take up to 4 MB
    /// (`tcp_wmem`) for a phone that takes its segment slowly. At 300 ms from the viewer it is 7 Mb/s or more for one connection.
    private static let sendBuffer = 256 << 10

    init(_ inner: HTTP1Channel) { self.inner = inner }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.setOption(.socketOption(.so_sndbuf), value: Self.sendBuffer).flatMap {
            inner.setup(channel: channel, logger: logger)
        }.flatMapThrowing { http in
            let client = ClientPresence()
            try channel.pipeline.syncOperations.addHandler(client, position: .first)
            return Value(http: http, client: client)
        }
    }

    func handle(value: Value, logger: Logger) async {
        await withTaskExecutorPreference(LoopExecutor(value.channel.eventLoop)) {
            await ClientPresence.$current.withValue(value.client) {
                await inner.handle(value: value.http, logger: logger)
            }
        }
    }
}

/// Runs tasks on one event loop.
private final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
