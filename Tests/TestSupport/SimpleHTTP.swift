import NIOCore
import NIOHTTP1
import NIOPosix

/// The plainest HTTP client: one request, one connection, no redirects. For controls and for checking answers.
public enum SimpleHTTP {
    public struct Answer: Sendable {
        public let status: Int
        public let headers: HTTPHeaders
        public let body: [UInt8]

        public init(status: Int, headers: HTTPHeaders, body: [UInt8]) {
            (self.status, self.headers, self.body) = (status, headers, body)
        }

        public var text: String { String(decoding: body, as: UTF8.self) }
        /// The first header of this name, in any case of letters.
        public func header(_ name: String) -> String? { headers.first(name: name) }
    }

    /// Sends one request and reads the whole answer.
    ///
    /// - Parameters:
    ///   - url: `http://host:port/path`.
    ///   - limit: stops after so many body bytes and closes the connection.
    ///   - seconds: deadline for the whole; what came so far is returned if the body was still coming.
    public static func send(
        _ method: String = "GET", _ url: String, headers: [(String, String)] = [], limit: Int = .max,
        seconds: Double = 30
    ) async throws -> Answer {
        guard let place = Place(url) else { throw DemoProviderFailure("not an address: \(url)") }
        let group = MultiThreadedEventLoopGroup.singleton
        let promise = group.next().makePromise(of: Answer.self)
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: group).connectTimeout(.seconds(10)).channelInitializer {
                channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(Collector(promise: promise, limit: limit))
                }
            }.connect(host: place.host, port: place.port).get()
        } catch {
            promise.fail(error)
            throw error
        }
        var head = HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: method), uri: place.path)
        head.headers = HTTPHeaders([("host", "\(place.host):\(place.port)"), ("connection", "close")] + headers)
        if method == "POST" { head.headers.add(name: "content-length", value: "0") }
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        let deadline = channel.eventLoop.scheduleTask(in: .milliseconds(Int64(seconds * 1000))) {
            channel.close(promise: nil)
        }
        defer { deadline.cancel() }
        return try await promise.futureResult.get()
    }

    private struct Place {
        let host: String
        let port: Int
        let path: String

        init?(_ url: String) {
            guard url.hasPrefix("http://") else { return nil }
            let rest = url.dropFirst(7)
            let authority = rest.prefix { $0 != "/" }
            path = authority.count == rest.count ? "/" : String(rest.dropFirst(authority.count))
            let parts = authority.split(separator: ":")
            guard let name = parts.first else { return nil }
            host = String(name)
            port = parts.count > 1 ? Int(parts[1]) ?? 80 : 80
        }
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = HTTPClientResponsePart

        private let promise: EventLoopPromise<Answer>
        private let limit: Int
        private var head: HTTPResponseHead?
        private var body: [UInt8] = []
        private var failure: (any Error)?

        init(promise: EventLoopPromise<Answer>, limit: Int) {
            self.promise = promise
            self.limit = limit
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): self.head = head
            case .body(let bytes):
                body += bytes.readableBytesView
                if body.count >= limit { context.close(promise: nil) }
            case .end: context.close(promise: nil)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            failure = error
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            if let head {
                promise.succeed(Answer(status: Int(head.status.code), headers: head.headers, body: body))
            } else {
                promise.fail(failure ?? DemoProviderFailure("closed without an answer"))
            }
        }
    }
}
