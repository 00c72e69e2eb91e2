import DequeModule
import NIOCore
import NIOSSL

/// The protocol end of one connection: writes commands, matches replies to them in order, or hands on pushes.
///
/// Lives on its channel's event loop and is touched there only.
final class RedisChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let reader: RESPReader
    private var writer = RESPWriter()
    private let sweep: RedisSweep
    /// Silence of this length while a reply is awaited means that the connection is dead.
    private let patience: TimeAmount
    private var inFlight: Deque<(pending: PendingCommands, written: NIODeadline)> = []
    private var context: ChannelHandlerContext?
    private var cause: RedisError?
    private var isFlushScheduled = false
    /// Set on a subscriber connection: replies are messages then, and belong to no command.
    var onPush: ((RESPValue) -> Void)?
    /// When bytes were last received.
    private(set) var lastRead = NIODeadline.now()

    init(configuration: RedisConfiguration, eventLoop: any EventLoop) throws(RedisError) {
        reader = try RESPReader(maxReplyBytes: configuration.maxReplyBytes)
        patience = TimeAmount(configuration.commandTimeout)
        sweep = RedisSweep(eventLoop: eventLoop)
        sweep.sweep = { [weak self] now in self?.expire(now) ?? false }
    }

    // MARK: Sending

    /// Writes a command whose replies `pending` awaits.
    func send(_ pending: PendingCommands) {
        guard !pending.isOver else { return }
        guard let context, cause == nil else { return pending.fail(lost) }
        inFlight.append((pending, .now()))
        write(pending.commands, context)
        sweep.arm()
    }

    /// Writes commands that are answered by pushes.
    func sendUnanswered(_ commands: [RedisCommand]) {
        if let context, cause == nil { write(commands, context) }
    }

    private func write(_ commands: [RedisCommand], _ context: ChannelHandlerContext) {
        var buffers: [ByteBuffer] = []
        do {
            for command in commands { try writer.write(command, to: &buffers) }
        } catch {
            return fail(error, context)
        }
        for buffer in buffers { context.write(wrapOutboundOut(buffer), promise: nil) }
        scheduleFlush(context)
    }

    /// Everything that is written in one turn of the event loop goes out in one system call.
    private func scheduleFlush(_ context: ChannelHandlerContext) {
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        context.eventLoop.assumeIsolated().execute { [self] in
            isFlushScheduled = false
            self.context?.flush()
        }
    }

    // MARK: Deadlines

    /// Fails what is past its deadline; its place in the queue stays, to take the late reply.
    private func expire(_ now: NIODeadline) -> Bool {
        for (pending, _) in inFlight where pending.deadline <= now {
            pending.fail(RedisError(.timeout, "no reply in time"))
        }
        if let (head, written) = inFlight.first, now - max(written, lastRead) > max(patience, head.timeout), let context
        {
            fail(RedisError(.connectionLost, "the server has gone silent"), context)
        }
        return !inFlight.isEmpty
    }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        failAll()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard cause == nil else { return }
        lastRead = .now()
        do {
            try reader.feed(unwrapInboundIn(data))
            while let reply = try reader.next() { try take(reply) }
        } catch {
            fail(error, context)
        }
    }

    private func take(_ reply: RESPValue) throws(RedisError) {
        if let onPush { return onPush(reply) }
        guard let head = inFlight.first else {
            // What a server says unasked is why it closes, as "-ERR max number of clients reached".
            if case .error(let text) = reply { throw RedisError(reply: text) }
            throw RedisError(.protocolViolation, "a reply that nobody asked for")
        }
        if head.pending.receive(reply) { inFlight.removeFirst() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        failAll()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case let error as RedisError: fail(error, context)
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            fail(
                RedisError(.notConnected, "TLS failed: the server's certificate or its TLS version is not accepted"),
                context)
        default: fail(lost, context)
        }
    }

    private var lost: RedisError { cause ?? RedisError(.connectionLost, "the connection broke") }

    private func fail(_ error: RedisError, _ context: ChannelHandlerContext) {
        if cause == nil { cause = error }
        failAll()
        context.close(promise: nil)
    }

    private func failAll() {
        let error = lost
        cause = error
        let orphans = inFlight
        inFlight = []
        for (pending, _) in orphans { pending.fail(error) }
    }
}
