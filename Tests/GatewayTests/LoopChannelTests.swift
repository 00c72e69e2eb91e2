import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import NIOPosix
import Runtime
import TestSupport
import Testing

@testable import Gateway

/// Where requests run, and how their answers leave.
@Suite struct LoopChannelTests {
    /// An answer says whether its handler ran on an event loop.
    @Test func onlyPlaylistsAndSegmentsStayOnTheLoop() async throws {
        let router = Router(context: GatewayContext.self)
        router.add(middleware: OffLoop())
        for path in ["/api/hls/live-8/720p.m3u8", "/api/catalog"] {
            router.get(RouterPath(path)) { _, _ in "\(MultiThreadedEventLoopGroup.currentEventLoop != nil)" }
        }
        try await serve(router) { port in
            let origin = "http://127.0.0.1:\(port)"
            let playlist = try await SimpleHTTP.send("GET", origin + "/api/hls/live-8/720p.m3u8")
            #expect(playlist.text == "true")
            let catalog = try await SimpleHTTP.send("GET", origin + "/api/catalog")
            #expect(catalog.text == "false")
        }
    }

    /// They are written on the loop; their rows are not made there.
    @Test func longBodiesAreMadeOffTheLoop() async throws {
        let router = Router(context: GatewayContext.self)
        router.get("/api/list") { _, _ -> Response in
            let body = FaceStream.array([1, 2]) { _ in
                ByteBuffer(string: "\(MultiThreadedEventLoopGroup.currentEventLoop != nil)")
            }
            return Response(status: .ok, body: body)
        }
        router.get("/api/text") { _, _ -> Response in
            let body = FaceStream.text("on the loop: ") { write in
                try await write("\(MultiThreadedEventLoopGroup.currentEventLoop != nil)")
            }
            return Response(status: .ok, body: body)
        }
        try await serve(router) { port in
            let list = try await HTTPProbe(port: port).get("/api/list")
            #expect(list.text == "[false,false]")
            let text = try await HTTPProbe(port: port).get("/api/text")
            #expect(text.text == "on the loop: false")
        }
    }

    /// `nc -N`: it gets its answer, and whoever waits for something on its behalf knows that it has closed its half.
    @Test func whoClosesTheirHalfIsNoticedAndAnswered() async throws {
        let router = Router(context: GatewayContext.self)
        router.get("/api/hls/live-8/720p.m3u8") { _, context in
            let waiter = context.waiter
            let deadline = ContinuousClock.now + .seconds(60)
            while waiter.isThere() {
                guard .now < deadline else { return "waited in vain" }
                await Task.yield()
            }
            return "noticed"
        }
        try await serve(router) { port in
            let answer = try await HTTPProbe(port: port).raw(
                "GET /api/hls/live-8/720p.m3u8 HTTP/1.1\r\nHost: here\r\n\r\n", halfClosing: {})
            #expect(answer.hasPrefix("HTTP/1.1 200") && answer.hasSuffix("noticed"), "\(answer)")
        }
    }

    private func serve(
        _ router: Router<GatewayContext>, _ body: @escaping @Sendable (_ port: Int) async throws -> Void
    ) async throws {
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let app = HTTPService(
            responder: router.buildResponder(), server: HTTPServerBuilder { LoopChannel(HTTP1Channel(responder: $0)) },
            configuration: ServerConfiguration(address: .hostname("127.0.0.1", port: 0)),
            group: MultiThreadedEventLoopGroup.singleton, logger: Logger(label: "test")
        ) { channel in found.yield(channel.localAddress?.port ?? 0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await app.run() }
            try await body(try #require(await ports.first { _ in true }))
            group.cancelAll()
        }
    }

    /// As Linux tells it: twice what was asked for.
    @Test func littleOfAnAnswerLiesInTheKernel() async throws {
        let loops = MultiThreadedEventLoopGroup.singleton
        let setup = LoopChannel(HTTP1Channel(responder: { _, _, _ in }))
        let server = try await ServerBootstrap(group: loops).bind(host: "127.0.0.1", port: 0) { channel in
            setup.setup(channel: channel, logger: Logger(label: "test")).flatMap { connection in
                channel.getOption(.socketOption(.so_sndbuf)).map { (connection, $0) }
            }
        }
        let port = try #require(server.channel.localAddress?.port)
        let client = try await ClientBootstrap(group: loops).connect(host: "127.0.0.1", port: port).get()
        try await server.executeThenClose { connections in
            let (connection, size) = try #require(try await connections.first { _ in true })
            #expect(size == 512 << 10)
            try await connection.http.executeThenClose { _, _ in }
        }
        try await client.closeFuture.get()
    }

    @Test func whatOneTurnOfTheLoopWritesIsFlushedOnce() throws {
        let counter = FlushCounter()
        let channel = EmbeddedChannel(handlers: [counter, FlushOnceHandler()])
        for _ in 0..<3 { channel.flush() }
        #expect(counter.count == 0)
        channel.embeddedEventLoop.run()
        #expect(counter.count == 1)
        channel.flush()
        channel.embeddedEventLoop.run()
        #expect(counter.count == 2)
        _ = try channel.finish()
    }

    /// What is written last before the connection closes is sent.
    @Test func closingFlushesFirst() throws {
        let counter = FlushCounter()
        let channel = EmbeddedChannel(handlers: [counter, FlushOnceHandler()])
        channel.flush()
        channel.close(promise: nil)
        #expect(counter.count == 1)
        channel.embeddedEventLoop.run()
        #expect(counter.count == 1)
    }
}

private final class FlushCounter: ChannelOutboundHandler {
    typealias OutboundIn = HTTPResponsePart

    private(set) var count = 0

    func flush(context: ChannelHandlerContext) {
        count += 1
        context.flush()
    }
}
