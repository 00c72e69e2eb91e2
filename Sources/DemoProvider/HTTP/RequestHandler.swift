import NIOCore
import NIOHTTP1
import NIOPosix

/// One connection of either listener: reads requests, lets the panel or the delivery decide, and sends the answer.
///
/// Reading never stops, so that a client's leaving is noticed while something is being sent to it. Lives on its event loop.
final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    enum Listener: String, Sendable {
        case panel, cdn
    }

    private static let largestBody = 64 * 1024
    private static let patience = TimeAmount.seconds(60)

    private let provider: Provider
    private let listener: Listener
    private var connection = 0
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var isFirst = true
    private var isAnswering = false
    private var isGone = false
    private var sender: (any BodySender)?
    private var idle: Scheduled<Void>?

    init(provider: Provider, listener: Listener) {
        self.provider = provider
        self.listener = listener
    }

    func channelActive(context: ChannelHandlerContext) {
        connection = provider.ledger.accept(context.channel, listener: listener.rawValue)
        waitForRequest(context.channel)
    }

    func channelInactive(context: ChannelHandlerContext) {
        isGone = true
        idle?.cancel()
        sender?.stop()
        sender = nil
        provider.ledger.close(connection)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { sender?.writabilityChanged() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        provider.ledger.explain(connection, reason: error is HTTPParserError ? "malformed" : "peer")
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            // Requests sent before the answer to the last one are not worth supporting here.
            guard !isAnswering else { return hangUp(context.channel, reason: "pipelined") }
            self.head = head
            body = []
        case .body(let bytes):
            body += bytes.readableBytesView
            if body.count > Self.largestBody { hangUp(context.channel, reason: "body_too_large") }
        case .end:
            guard let head, !isAnswering else { return }
            handle(head, context.channel)
        }
    }

    private func waitForRequest(_ channel: any Channel) {
        idle?.cancel()
        idle = channel.eventLoop.assumeIsolated().scheduleTask(in: Self.patience) {
            self.hangUp(channel, reason: "idle")
        }
    }

    // MARK: Answering

    private func handle(_ head: HTTPRequestHead, _ channel: any Channel) {
        idle?.cancel()
        isAnswering = true
        let isLoopback = ["127.0.0.1", "::1", "::ffff:127.0.0.1"].contains(channel.remoteAddress?.ipAddress ?? "")
        guard
            let request = Request(
                head, body: body, connection: connection, loop: channel.eventLoop, isLoopback: isLoopback,
                port: channel.localAddress?.port ?? 0)
        else { return carryOut(.status(400), head, channel) }
        guard [.GET, .HEAD, .POST, .DELETE].contains(head.method) else {
            return carryOut(.status(405), head, channel)
        }
        let answer =
            listener == .panel
            ? Panel(provider: provider).answer(request) : Delivery(provider: provider).answer(request)
        let isControl = answer.path == "control"
        let trip = isControl ? 0 : provider.settings.roundTrip * (isFirst ? 2 : 1)
        isFirst = false
        after(trip + answer.delay, channel) { self.carryOut(answer, head, channel) }
    }

    private func after(_ milliseconds: Int64, _ channel: any Channel, _ body: @escaping () -> Void) {
        guard milliseconds > 0 else { return body() }
        channel.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(milliseconds)) {
            if !self.isGone { body() }
        }
    }

    private func carryOut(_ answer: Answer, _ head: HTTPRequestHead, _ channel: any Channel) {
        guard !isGone else { return }
        for victim in answer.victims where victim !== channel { victim.close(promise: nil) }
        if case .later(let future) = answer.body {
            future.assumeIsolated().whenComplete { result in
                var inner = (try? result.get()) ?? .status(500)
                if inner.stream.isEmpty { inner = inner.named(answer.path, stream: answer.stream) }
                inner.dropAfter = inner.dropAfter ?? answer.dropAfter
                inner.dropsWithReset = inner.dropsWithReset || answer.dropsWithReset
                self.carryOut(inner, head, channel)
            }
            return
        }
        provider.ledger.request(
            connection, path: answer.path, stream: answer.stream,
            userAgent: head.headers.first(name: "user-agent") ?? "", status: Int(answer.status.code))
        if let seconds = answer.dropAfter {
            channel.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(seconds * 1000))) {
                self.hangUp(channel, reason: "fault_drop", resets: answer.dropsWithReset)
            }
        }
        send(answer, head, channel)
    }

    private func send(_ answer: Answer, _ head: HTTPRequestHead, _ channel: any Channel) {
        switch answer.body {
        case .bytes(let bytes):
            let keeps = head.isKeepAlive
            write(answer, head, length: Int64(bytes.count), keepAlive: keeps, channel)
            if head.method != .HEAD {
                channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: bytes))), promise: nil)
            }
            provider.ledger.sent(connection, bytes: head.method == .HEAD ? 0 : bytes.count)
            finish(channel, keepAlive: keeps, isMedia: false)
        case .live(let live):
            write(answer, head, length: nil, keepAlive: false, channel)
            begin(LiveSender(live: live, provider: provider, channel: channel, connection: connection), live, channel)
        case .slate(let slate):
            write(answer, head, length: nil, keepAlive: false, channel)
            begin(
                SlateSender(slate: slate, provider: provider, channel: channel, connection: connection), slate, channel)
        case .film(let part):
            let keeps = head.isKeepAlive && part.isWhole
            write(answer, head, length: part.length, keepAlive: keeps, channel)
            guard head.method != .HEAD else { return finish(channel, keepAlive: keeps, isMedia: false) }
            let sender = FilmSender(
                part: part, stream: answer.stream, provider: provider, channel: channel, connection: connection
            ) {
                self.sender = nil
                self.finish(channel, keepAlive: keeps, isMedia: answer.isMedia)
            }
            self.sender = sender
            sender.start()
        case .hangUp: hangUp(channel, reason: "fault_drop", resets: answer.dropsWithReset)
        case .later: break
        }
    }

    private func begin(_ sender: any BodySender, _ live: LiveChannel, _ channel: any Channel) {
        self.sender = sender
        live.load(on: channel.eventLoop).assumeIsolated().whenComplete { _ in
            if !self.isGone { sender.start() }
        }
    }

    /// Framing is by length, or by closing the socket: a live body has no end that a client could miss.
    private func write(
        _ answer: Answer, _ head: HTTPRequestHead, length: Int64?, keepAlive: Bool, _ channel: any Channel
    ) {
        var headers = answer.headers
        headers.add(name: "server", value: "nginx")
        if let length { headers.add(name: "content-length", value: String(length)) }
        headers.add(name: "connection", value: keepAlive ? "keep-alive" : "close")
        let version = HTTPVersion(major: 1, minor: head.version.minor == 0 ? 0 : 1)
        channel.writeAndFlush(
            HTTPServerResponsePart.head(HTTPResponseHead(version: version, status: answer.status, headers: headers)),
            promise: nil)
    }

    private func finish(_ channel: any Channel, keepAlive: Bool, isMedia: Bool) {
        if !keepAlive { provider.ledger.explain(connection, reason: "complete") }
        channel.writeAndFlush(HTTPServerResponsePart.end(nil)).assumeIsolated().whenComplete { result in
            guard case .success = result, keepAlive, !self.isGone else {
                channel.close(promise: nil)
                return
            }
            if isMedia { self.provider.ledger.finish(self.connection) }
            self.head = nil
            self.isAnswering = false
            self.waitForRequest(channel)
        }
    }

    private func hangUp(_ channel: any Channel, reason: String, resets: Bool = false) {
        provider.ledger.explain(connection, reason: reason)
        sender?.stop()
        Socket.close(channel, resets: resets)
    }
}
