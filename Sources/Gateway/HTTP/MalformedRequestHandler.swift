import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import Runtime

/// Answers what is not HTTP, or has too large headers, in the error format of API.md before the connection is closed.
///
/// The parser stops at the first error, so nothing can follow on this connection. If an answer is under way, it is only closed.
/// Event loop only.
final class MalformedRequestHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private var pendingAnswers = 0

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data) { pendingAnswers += 1 }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { pendingAnswers -= 1 }
        context.write(data, promise: promise)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return context.fireErrorCaught(error) }
        guard pendingAnswers == 0 else { return context.close(promise: nil) }
        let isTooLarge = error == .headerOverflow
        let answer = APIError(
            isTooLarge ? .requestHeaderFieldsTooLarge : .badRequest,
            isTooLarge ? "headers_too_large" : "malformed_request",
            isTooLarge ? "The request's headers are too large." : "This is not a well-formed HTTP request.")
        var (head, body) = answer.message(requestID: RequestScope.makeID())
        head.headerFields[.connection] = "close"
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(body)), promise: nil)
        let loopBound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in loopBound.value.close(promise: nil) }
    }
}
