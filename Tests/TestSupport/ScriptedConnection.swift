import Foundation
import NIOCore

/// One connection of `ScriptedHTTPServer`: reads requests, carries out their steps in order.
final class ScriptedConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let log: WatchedValue<ScriptedHTTPServer.Log>
    private let handler: ScriptedHTTPServer.Handler
    private var received: [UInt8] = []

    init(log: WatchedValue<ScriptedHTTPServer.Log>, handler: @escaping ScriptedHTTPServer.Handler) {
        self.log = log
        self.handler = handler
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += Self.unwrapInboundIn(data).readableBytesView
        while let request = nextRequest() {
            log.change { $0.requests.append(request) }
            perform(handler(request)[...], context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func perform(_ steps: ArraySlice<ScriptedHTTPServer.Step>, _ context: ChannelHandlerContext) {
        guard let step = steps.first else { return }
        let rest = steps.dropFirst()
        switch step {
        case .send(let bytes):
            context.writeAndFlush(Self.wrapOutboundOut(context.channel.allocator.buffer(bytes: bytes)), promise: nil)
            perform(rest, context)
        case .delay(let duration):
            let nanoseconds =
                duration.components.seconds * 1_000_000_000 + duration.components.attoseconds / 1_000_000_000
            context.eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(nanoseconds)) {
                if context.channel.isActive { self.perform(rest, context) }
            }
        case .stall: break
        case .close: context.close(promise: nil)
        case .reset:
            guard let socket = context.channel as? any SocketOptionProvider else { return }
            socket.setSoLinger(linger(l_onoff: 1, l_linger: 0))
                .assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        }
    }

    private func nextRequest() -> ScriptedHTTPServer.Request? {
        guard let end = received.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: received[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let words = (lines.first ?? "").split(separator: " ")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            headers[parts[0].lowercased()] = parts.count == 2 ? String(parts[1].drop { $0 == " " }) : ""
        }
        let size = headers["content-length"].flatMap { Int($0) } ?? 0
        guard received.count >= end.upperBound + size, words.count >= 2 else { return nil }
        let body = Array(received[end.upperBound..<(end.upperBound + size)])
        received.removeFirst(end.upperBound + size)
        return ScriptedHTTPServer.Request(
            method: String(words[0]), target: String(words[1]), headers: headers, body: body)
    }
}
