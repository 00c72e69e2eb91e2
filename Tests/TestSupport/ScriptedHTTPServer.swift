import NIOCore
import NIOPosix
import Synchronization

/// A tiny HTTP server that says exactly what a test tells it to, byte by byte, and counts its connections.
///
/// Real sockets on loopback. A request is answered by the steps of its path (the query is not part of it); an unknown path is 404.
public final class ScriptedHTTPServer: Sendable {
    /// One thing that the server does in answer to a request.
    public enum Step: Sendable {
        case send([UInt8])
        /// Nothing more, until the client closes.
        case stall
        /// Waits, then goes on with the next step.
        case delay(Duration)
        /// Closes the connection. Without it, the connection is kept for the next request.
        case close
        /// Closes with a reset: what was in flight is lost.
        case reset

        public static func send(_ text: String) -> Step { .send(Array(text.utf8)) }

        /// A whole response with Content-Length.
        public static func response(
            _ status: Int, _ headers: [(String, String)] = [], body: String = ""
        ) -> Step {
            .response(status, headers, body: Array(body.utf8))
        }

        public static func response(_ status: Int, _ headers: [(String, String)] = [], body: [UInt8]) -> Step {
            let lines = headers.map { "\($0.0): \($0.1)\r\n" }.joined()
            return .send(
                Array("HTTP/1.1 \(status) Scripted\r\n\(lines)Content-Length: \(body.count)\r\n\r\n".utf8) + body)
        }

        public static func redirect(to location: String, status: Int = 302) -> Step {
            .response(status, [("Location", location)])
        }
    }

    public struct Request: Sendable {
        public let method: String
        /// Path and query, as sent.
        public let target: String
        /// Names in lower case; of repeated ones, the last.
        public let headers: [String: String]
        public let body: [UInt8]

        public var path: String { String(target.prefix { $0 != "?" }) }
    }

    public typealias Handler = @Sendable (Request) -> [Step]

    struct Log {
        var accepted = 0
        var open = 0
        var requests: [Request] = []
    }

    public let port: Int
    private let host: String
    private let channel: any Channel
    private let log: WatchedValue<Log>

    /// Binds a free port on `host` (an address, such as `127.0.0.1` or `::1`).
    public static func start(host: String = "127.0.0.1", _ handler: @escaping Handler) async throws
        -> ScriptedHTTPServer
    {
        let log = WatchedValue(Log())
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .childChannelInitializer { channel in
                log.change {
                    $0.accepted += 1
                    $0.open += 1
                }
                channel.closeFuture.whenComplete { _ in log.change { $0.open -= 1 } }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ScriptedConnection(log: log, handler: handler))
                }
            }
            .bind(host: host, port: 0).get()
        return ScriptedHTTPServer(host: host, channel: channel, log: log)
    }

    public static func start(
        host: String = "127.0.0.1", paths: [String: [Step]]
    ) async throws -> ScriptedHTTPServer {
        try await start(host: host) { paths[$0.path] ?? [.response(404)] }
    }

    /// Runs `body` with a server and closes it.
    @discardableResult
    public static func with<Result: Sendable>(
        host: String = "127.0.0.1", isolation: isolated (any Actor)? = #isolation, _ handler: @escaping Handler,
        _ body: (ScriptedHTTPServer) async throws -> Result
    ) async throws -> Result {
        let server = try await start(host: host, handler)
        do {
            let result = try await body(server)
            try await server.stop()
            return result
        } catch {
            try? await server.stop()
            throw error
        }
    }

    private init(host: String, channel: any Channel, log: WatchedValue<Log>) {
        self.host = host
        self.channel = channel
        self.log = log
        port = channel.localAddress?.port ?? 0
    }

    public var authority: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }
    public func url(_ path: String) -> String { "http://\(authority)\(path)" }

    /// Connections accepted since the start.
    public var acceptedConnections: Int { log.value.accepted }
    /// Connections that neither side has closed.
    public var openConnections: Int { log.value.open }
    public var requests: [Request] { log.value.requests }
    public func requestCount(_ path: String) -> Int { requests.filter { $0.path == path }.count }

    /// Waits until so many connections are open; `false` if that does not happen in time.
    public func waitForOpenConnections(_ count: Int, within patience: Duration = .seconds(60)) async -> Bool {
        await log.wait(within: patience) { $0.open == count }
    }

    /// Waits until the server has seen `count` requests; `false` if that does not happen in time.
    public func waitForRequests(_ count: Int, within patience: Duration = .seconds(60)) async -> Bool {
        await log.wait(within: patience) { $0.requests.count >= count }
    }

    public func stop() async throws { try await channel.close().get() }
}
