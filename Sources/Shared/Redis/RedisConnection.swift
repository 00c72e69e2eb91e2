import NIOCore

/// One authenticated connection. Safe to use from any thread.
final class RedisConnection: Sendable {
    let channel: any Channel
    /// The `run_id` of the server process; empty if the account may not ask.
    let runID: String
    private let handler: NIOLoopBound<RedisChannelHandler>

    init(channel: any Channel, handler: NIOLoopBound<RedisChannelHandler>, runID: String) {
        self.channel = channel
        self.handler = handler
        self.runID = runID
    }

    var eventLoop: any EventLoop { channel.eventLoop }

    /// The protocol end. To be touched on the event loop only.
    var protocolEnd: RedisChannelHandler { handler.value }

    /// Sends commands of its own, outside of any client's queue; error replies stay values.
    func send(_ commands: [RedisCommand], timeout: Duration) async throws -> [RESPValue] {
        let pending = PendingCommands(commands, timeout: TimeAmount(timeout), share: nil)
        eventLoop.execute { [self] in protocolEnd.send(pending) }
        return try await pending.result.value()
    }

    func close() { channel.close(promise: nil) }

    /// Returns when the connection is closed; closes it when the task is cancelled.
    func waitUntilClosed() async {
        await withTaskCancellationHandler {
            try? await channel.closeFuture.get()
        } onCancel: {
            close()
        }
    }
}
