import NIOCore

/// One simulated client's connection: plain HTTP/1.1, one request at a time. Event loop only.
///
/// Not NIOHTTP1: thousands of these share two cores with the server that they measure, and most bytes are only counted.
final class LoadConnection<Script: LoadScript>: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var script: Script
    private let book: LoadBook
    private let host: String
    private var request: LoadRequest?
    /// Of the answer that is coming in: its head as far as it is here, then its body.
    private var head = ByteBuffer()
    private var status: Int?
    private var remaining = 0
    private var size = 0
    private var body = ByteBuffer()

    init(script: Script, port: Int, book: LoadBook) {
        self.script = script
        self.book = book
        host = "127.0.0.1:\(port)"
    }

    func channelActive(context: ChannelHandlerContext) { proceed(after: nil, context) }

    private func proceed(after answer: LoadAnswer?, _ context: ChannelHandlerContext) {
        let now = LoadBook.now
        let next = script.next(after: answer, at: now)
        if next.due <= now { return send(next, context) }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .nanoseconds(Int64((next.due - now) * 1e9))) {
            let (connection, context) = bound.value
            connection.send(next, context)
        }
    }

    private func send(_ next: LoadRequest, _ context: ChannelHandlerContext) {
        guard !book.isOver, context.channel.isActive else { return }
        request = next
        book.sent(self, due: next.due, at: LoadBook.now)
        let text = "GET \(next.path) HTTP/1.1\r\nHost: \(host)\r\nUser-Agent: bench\r\n\r\n"
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: text)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if status == nil {
            head.writeBuffer(&bytes)
            guard let answer = AnswerHead(&head) else { return }
            status = answer.status
            remaining = answer.length
            size = answer.length
            bytes = head
            head = ByteBuffer()
        }
        remaining -= bytes.readableBytes
        if request?.kind != .segment { body.writeBuffer(&bytes) }
        guard remaining <= 0, let status, let request else { return }
        book.answered(self, request.kind, status: status, bytes: size)
        let answer = LoadAnswer(kind: request.kind, status: status, body: body)
        self.status = nil
        body = ByteBuffer()
        proceed(after: answer, context)
    }

    func channelInactive(context: ChannelHandlerContext) { book.broke("connection closed") }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        book.broke("\(error)")
        context.close(promise: nil)
    }
}

/// What has to be known of an answer's head.
private struct AnswerHead {
    let status: Int
    /// Bytes of the body.
    let length: Int

    private static let field = Array("content-length:".utf8)

    /// Takes the head off the front of `buffer`; `nil` if not all of it is there yet.
    init?(_ buffer: inout ByteBuffer) {
        let found = buffer.withUnsafeReadableBytes { bytes -> (end: Int, status: Int, length: Int)? in
            var (lineStart, length) = (0, 0)
            for index in bytes.indices.dropFirst() where bytes[index] == 10 && bytes[index - 1] == 13 {
                let line = UnsafeRawBufferPointer(rebasing: bytes[lineStart..<index - 1])
                if line.isEmpty {
                    return (index + 1, Self.number(UnsafeRawBufferPointer(rebasing: bytes[9..<12])), length)
                }
                if line.count > Self.field.count,
                    Self.field.indices.allSatisfy({ line[$0] | 0x20 == Self.field[$0] | 0x20 })
                {
                    length = Self.number(UnsafeRawBufferPointer(rebasing: line[Self.field.count...]))
                }
                lineStart = index + 1
            }
            return nil
        }
        guard let found else { return nil }
        buffer.moveReaderIndex(forwardBy: found.end)
        (status, length) = (found.status, found.length)
    }

    private static func number(_ bytes: UnsafeRawBufferPointer) -> Int {
        bytes.reduce(0) { (0x30...0x39).contains($1) ? $0 * 10 + Int($1 - 0x30) : $0 }
    }
}
