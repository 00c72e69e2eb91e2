import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import TestSupport

/// One long media connection of a test: counts what comes, and tells when the other side has closed it.
final class MediaConnection: Sendable {
    private struct Progress {
        var status: Int?
        var bytes: [UInt8] = []
        var count = 0
        var end: (any Error)?
        var isClosed = false
    }

    private let channel: any Channel
    private let progress: Shared

    private final class Shared: Sendable {
        let state = Mutex(Progress())
    }

    /// Asks the panel, follows its redirects by hand, and leaves the last connection open.
    static func open(
        _ provider: DemoProviderProcess, _ path: String, userAgent: String = "test", headers: [(String, String)] = []
    ) async throws -> MediaConnection {
        var url = provider.panel + path
        for _ in 0..<6 {
            guard url.hasPrefix(provider.panel) else { break }
            let answer = try await SimpleHTTP.send("GET", url, headers: [("user-agent", userAgent)])
            guard answer.status == 302, let next = answer.header("location") else {
                throw Refused(status: answer.status)
            }
            url = next
        }
        return try await MediaConnection(url: url, userAgent: userAgent, headers: headers)
    }

    struct Refused: Error { let status: Int }

    init(url: String, userAgent: String = "test", headers: [(String, String)] = []) async throws {
        let rest = url.dropFirst(7)
        let authority = rest.prefix { $0 != "/" }
        let port = Int(authority.split(separator: ":").last ?? "") ?? 80
        let shared = Shared()
        progress = shared
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).channelInitializer {
            channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHTTPClientHandlers()
                try channel.pipeline.syncOperations.addHandler(Reader(shared: shared))
            }
        }.connect(host: "127.0.0.1", port: port).get()
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: String(rest.dropFirst(authority.count)))
        head.headers = HTTPHeaders([("host", String(authority)), ("user-agent", userAgent)] + headers)
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    }

    var status: Int? { progress.state.withLock { $0.status } }
    var received: Int { progress.state.withLock { $0.count } }
    var bytes: [UInt8] { progress.state.withLock { $0.bytes } }
    var isClosed: Bool { progress.state.withLock { $0.isClosed } }
    var error: (any Error)? { progress.state.withLock { $0.end } }

    func close() async { try? await channel.close() }

    /// Waits until the other side has closed.
    func waitForClose() async throws { try await Patience.wait("the connection to close") { self.isClosed } }
    func waitForBytes(_ count: Int) async throws {
        try await Patience.wait("\(count) bytes") { self.received >= count }
    }
    func waitForStatus() async throws -> Int {
        try await Patience.wait("an answer") { self.status != nil || self.isClosed }
        return status ?? 0
    }

    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = HTTPClientResponsePart
        private let shared: Shared

        init(shared: Shared) { self.shared = shared }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): shared.state.withLock { $0.status = Int(head.status.code) }
            case .body(let bytes):
                shared.state.withLock { state in
                    state.count += bytes.readableBytes
                    if state.bytes.count < 20_000_000 { state.bytes += bytes.readableBytesView }
                }
            case .end: break
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            shared.state.withLock { $0.end = error }
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { shared.state.withLock { $0.isClosed = true } }
    }
}

/// Waiting for something to become true, with a generous end.
enum Patience {
    struct Lost: Error { let what: String }

    static func wait(_ what: String, seconds: Double = 60, until condition: () -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(seconds)
        while !condition() {
            guard ContinuousClock.now < end else { throw Lost(what: what) }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
