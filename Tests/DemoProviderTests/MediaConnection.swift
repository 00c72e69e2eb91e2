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
        private let state = Mutex(Progress())
        /// One waits at a time.
        let changes: AsyncStream<Void>
        private let changed: AsyncStream<Void>.Continuation

        init() { (changes, changed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

        var now: Progress { state.withLock { $0 } }

        func change(_ change: (inout Progress) -> Void) {
            state.withLock { change(&$0) }
            changed.yield()
        }
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

    var status: Int? { progress.now.status }
    var received: Int { progress.now.count }
    var bytes: [UInt8] { progress.now.bytes }
    var isClosed: Bool { progress.now.isClosed }
    var error: (any Error)? { progress.now.end }

    func close() async { try? await channel.close() }

    /// Waits until the other side has closed.
    func waitForClose() async throws { try await wait("the connection to close") { $0.isClosed } }
    func waitForBytes(_ count: Int) async throws { try await wait("\(count) bytes") { $0.count >= count } }
    func waitForStatus() async throws -> Int {
        try await wait("an answer") { $0.status != nil || $0.isClosed }
        return status ?? 0
    }

    struct Lost: Error { let what: String }

    /// Looks after each change, for a minute at most.
    private func wait(_ what: String, until condition: (Progress) -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(60)
        let alarm = channel.eventLoop.scheduleTask(in: .seconds(60)) { [progress] in progress.change { _ in } }
        defer { alarm.cancel() }
        var changes = progress.changes.makeAsyncIterator()
        while !condition(progress.now) {
            guard ContinuousClock.now < end else { throw Lost(what: what) }
            await changes.next()
        }
    }

    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = HTTPClientResponsePart
        private let shared: Shared

        init(shared: Shared) { self.shared = shared }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): shared.change { $0.status = Int(head.status.code) }
            case .body(let bytes):
                shared.change { state in
                    state.count += bytes.readableBytes
                    if state.bytes.count < 20_000_000 { state.bytes += bytes.readableBytesView }
                }
            case .end: break
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            shared.change { $0.end = error }
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { shared.change { $0.isClosed = true } }
    }
}
