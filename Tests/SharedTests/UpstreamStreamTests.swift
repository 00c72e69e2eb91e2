import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Upstream

/// Blocking reads run on threads of their own, as in the product.
@Suite struct UpstreamStreamTests {
    private let policy: UpstreamPolicy

    init() throws { policy = try UpstreamPolicy(allowPrivate: [#require(NetworkBlock("127.0.0.1/32"))]) }

    @Test func readsABodyToItsEnd() async throws {
        let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await ScriptedHTTPServer.with({ _ in
            [.response(200, [("Content-Type", "video/mp2t; x=1"), ("ETag", "\"e\"")], body: body)]
        }) { server in
            let (head, bytes) = try await read(server.url("/a"))
            #expect(head.status == 200 && head.contentType == "video/mp2t" && head.etag == "\"e\"")
            #expect(head.contentLength == Int64(body.count) && bytes == body)
            #expect(server.requests.first?.headers["user-agent"] == UpstreamPolicy.defaultUserAgent)
            #expect(server.requests.first?.headers["accept-encoding"] == nil)
        }
    }

    @Test(arguments: [false, true]) func followsRedirects(ignoresContentLength: Bool) async throws {
        try await ScriptedHTTPServer.with({ request in
            switch request.path {
            case "/a": [.redirect(to: "/b")]
            case "/b": [.redirect(to: "/c?x", status: 307)]
            default: [.response(200, body: "media"), .close]
            }
        }) { server in
            let (head, bytes) = try await read(server.url("/a")) { stream, url in
                try stream.open(url, ignoresContentLength: ignoresContentLength)
            }
            #expect(head.redirects == 2 && head.url.path == "/c" && String(decoding: bytes, as: UTF8.self) == "media")
        }
    }

    @Test func handsOverARedirectWhenAskedTo() async throws {
        try await ScriptedHTTPServer.with({ _ in [.redirect(to: "/next")] }) { server in
            let (head, _) = try await read(server.url("/a")) { stream, url in
                try stream.open(url, followRedirects: false)
            }
            #expect(head.status == 302 && head.location == "/next" && server.requests.count == 1)
        }
    }

    @Test func endsRedirectLoops() async throws {
        try await ScriptedHTTPServer.with({ _ in [.redirect(to: "/again")] }) { server in
            await #expect(throws: UpstreamError.Code.tooManyRedirects) {
                try await codes { try await read(server.url("/a")) }
            }
            #expect(server.requests.count == 6)
        }
    }

    @Test(arguments: ["127.0.0.2", "[::1]", "localhost"]) func refusesRedirectsIntoPrivateNetworks(host: String)
        async throws
    {
        let policy = try UpstreamPolicy(allowPrivate: host == "localhost" ? [] : [#require(NetworkBlock("127.0.0.1"))])
        try await ScriptedHTTPServer.with({ _ in [.response(200)] }) { server in
            let target = "http://\(host):\(server.port)/secret"
            try await ScriptedHTTPServer.with({ _ in [.redirect(to: target)] }) { first in
                await #expect(throws: UpstreamError.Code.refusedAddress) {
                    try await codes { try await read(host == "localhost" ? target : first.url("/a"), policy: policy) }
                }
            }
            #expect(server.acceptedConnections == 0)
        }
    }

    @Test func refusesRedirectsToOtherSchemes() async throws {
        try await ScriptedHTTPServer.with({ _ in [.redirect(to: "file:///etc/passwd")] }) { server in
            await #expect(throws: UpstreamError.Code.protocolViolation) {
                try await codes { try await read(server.url("/a")) }
            }
        }
    }

    @Test func noticesAStall() async throws {
        try await ScriptedHTTPServer.with({ _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfirst"), .stall]
        }) { server in
            let began = ContinuousClock.now
            await #expect(throws: UpstreamError.Code.stalled) {
                try await codes { try await read(server.url("/a"), stallTimeout: .milliseconds(300)) }
            }
            #expect(ContinuousClock.now - began < .seconds(5))
            #expect(await server.waitForOpenConnections(0))
        }
    }

    @Test func givesUpOnAServerThatNeverAnswers() async throws {
        try await ScriptedHTTPServer.with({ _ in [.stall] }) { server in
            await #expect(throws: UpstreamError.Code.timeout) {
                try await codes { try await read(server.url("/a"), openTimeout: .milliseconds(300)) }
            }
            #expect(await server.waitForOpenConnections(0))
        }
    }

    @Test func cancelsAWaitingReadFromAnotherThread() async throws {
        try await ScriptedHTTPServer.with({ _ in [.send("HTTP/1.1 200 OK\r\n\r\nfirst"), .stall] }) { server in
            let cancellation = UpstreamCancellation()
            let reading = Task { try await codes { try await read(server.url("/a"), cancellation: cancellation) } }
            #expect(await server.waitForRequests(1))
            let began = ContinuousClock.now
            cancellation.cancel()
            await #expect(throws: UpstreamError.Code.cancelled) { _ = try await reading.value }
            #expect(ContinuousClock.now - began < .seconds(2))
        }
    }

    @Test func tellsADropFromAnEnd() async throws {
        try await ScriptedHTTPServer.with({ request in
            let start = "HTTP/1.1 200 OK\r\n" + (request.path == "/length" ? "Content-Length: 100\r\n" : "") + "\r\n"
            return [.send(start + "half"), request.path == "/reset" ? .reset : .close]
        }) { server in
            await #expect(throws: UpstreamError.Code.closed) {
                try await codes { try await read(server.url("/length")) }
            }
            // Without a length, the server's orderly close is the end.
            let (_, bytes) = try await read(server.url("/open"))
            #expect(String(decoding: bytes, as: UTF8.self) == "half")
        }
    }

    @Test func deliversWhatCameBeforeADrop() async throws {
        try await ScriptedHTTPServer.with({ _ in [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), .close] })
        { server in
            let seen = Mutex<[UInt8]>([])
            await #expect(throws: UpstreamError.Code.closed) {
                try await codes {
                    try await read(server.url("/a"), onBytes: { bytes in seen.withLock { $0 += bytes } })
                }
            }
            #expect(seen.withLock { $0 } == Array("half".utf8))
        }
    }

    @Test func readsRanges() async throws {
        let body = Array("0123456789".utf8)
        try await ScriptedHTTPServer.with({ request in
            switch request.headers["range"] {
            case "bytes=2-4": [.response(206, [("Content-Range", "bytes 2-4/10")], body: Array(body[2...4]))]
            case "bytes=50-": [.response(416, [("Content-Range", "bytes */10")], body: [])]
            default: [.response(200, body: body)]
            }
        }) { server in
            let (partial, bytes) = try await read(server.url("/a")) { stream, url in
                try stream.open(url, range: UpstreamRange(first: 2, last: 4))
            }
            #expect(partial.status == 206 && partial.contentRange?.bytes == 2...4 && bytes == Array(body[2...4]))
            let (beyond, _) = try await read(server.url("/a")) { stream, url in
                try stream.open(url, range: UpstreamRange(first: 50))
            }
            #expect(beyond.status == 416 && beyond.contentRange?.total == 10)
            let (ignored, _) = try await read(server.url("/a")) { stream, url in
                try stream.open(url, range: UpstreamRange(first: 9))
            }
            #expect(ignored.status == 200 && ignored.contentRange == nil)
        }
    }

    @Test func usesAConnectionAgainOnlyWhenItsResponseWasReadToTheEnd() async throws {
        try await ScriptedHTTPServer.with({ _ in [.response(200, body: Array(repeating: 7, count: 10_000_000))] }) {
            server in
            try await onThread { [policy] in
                let stream = UpstreamStream(policy: policy)
                let url = try UpstreamURL(server.url("/a"))
                _ = try stream.open(url)
                _ = try drain(stream)
                _ = try stream.open(url)
                #expect(server.acceptedConnections == 1)
                _ = try stream.open(url)
                #expect(socketsOf(port: server.port) == 1)
                stream.close()
                #expect(socketsOf(port: server.port) == 0)
            }
            #expect(server.acceptedConnections == 2)
            #expect(await server.waitForOpenConnections(0))
        }
    }

    @Test func holdsAFastSenderBack() async throws {
        try await ScriptedHTTPServer.with({ _ in [.response(200, body: Array(repeating: 7, count: 40_000_000))] }) {
            server in
            try await onThread { [policy] in
                var options = UpstreamStream.Options()
                options.bufferLimit = 500_000
                let stream = UpstreamStream(policy: policy, options: options)
                _ = try stream.open(UpstreamURL(server.url("/a")))
                #expect(stream.bufferedBytes <= 500_000)
                #expect(try drain(stream).count == 40_000_000)
            }
        }
    }

    @Test func readsAnIcyServer() async throws {
        let answer = "ICY 200 OK\r\nContent-Type: video/mp2t\r\n\r\nmedia"
        try await ScriptedHTTPServer.with({ _ in [.send(answer), .close] }) { server in
            let (head, bytes) = try await read(server.url("/a"))
            #expect(head.status == 200 && String(decoding: bytes, as: UTF8.self) == "media")
        }
    }

    @Test func ignoresALyingLength() async throws {
        try await ScriptedHTTPServer.with({ _ in [.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nlonger"), .close] }
        ) { server in
            let (_, bytes) = try await read(server.url("/a")) { stream, url in
                try stream.open(url, ignoresContentLength: true)
            }
            #expect(String(decoding: bytes, as: UTF8.self) == "longer")
        }
    }

    @Test func refusesWhatIsNotHTTPAndHugeHeaders() async throws {
        try await ScriptedHTTPServer.with({ request in
            switch request.path {
            case "/huge": [.send("HTTP/1.1 200 OK\r\nX: \(String(repeating: "x", count: 90_000))\r\n\r\n"), .close]
            case "/many":
                [.send("HTTP/1.1 200 OK\r\n" + String(repeating: "X-Y: zzzzzzzzzz\r\n", count: 9_000)), .stall]
            default: [.send("\u{1}\u{2}not http at all\r\n\r\n"), .close]
            }
        }) { server in
            await #expect(throws: UpstreamError.Code.tooLarge) {
                try await codes { try await read(server.url("/huge")) }
            }
            await #expect(throws: UpstreamError.Code.tooLarge) {
                try await codes { try await read(server.url("/many")) }
            }
            await #expect(throws: UpstreamError.Code.protocolViolation) {
                try await codes { try await read(server.url("/x")) }
            }
        }
    }

    @Test func saysWhenNobodyListens() async throws {
        let port = freePort()
        await #expect(throws: UpstreamError.Code.connect) {
            try await codes { try await read("http://127.0.0.1:\(port)/") }
        }
        await #expect(throws: UpstreamError.Code.dns) {
            try await codes { try await read("http://no-such-host.invalid/") }
        }
    }

    // MARK: Reading

    private typealias Open = @Sendable (UpstreamStream, UpstreamURL) throws -> UpstreamHead

    @discardableResult
    private func read(
        _ url: String, policy: UpstreamPolicy? = nil, stallTimeout: Duration = .seconds(10),
        openTimeout: Duration = .seconds(10),
        cancellation: UpstreamCancellation = UpstreamCancellation(),
        open: @escaping Open = { stream, url in try stream.open(url) }, onBytes: (@Sendable ([UInt8]) -> Void)? = nil
    ) async throws -> (UpstreamHead, [UInt8]) {
        let policy = policy ?? self.policy
        return try await onThread {
            var options = UpstreamStream.Options()
            options.stallTimeout = stallTimeout
            options.openTimeout = openTimeout
            let stream = UpstreamStream(policy: policy, options: options, cancellation: cancellation)
            let head = try open(stream, UpstreamURL(url))
            return (head, try drain(stream, onBytes))
        }
    }
}

private func drain(_ stream: UpstreamStream, _ onBytes: (@Sendable ([UInt8]) -> Void)? = nil) throws -> [UInt8] {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 70_000)
    while true {
        let count = try chunk.withUnsafeMutableBytes { try stream.read(into: $0) }
        guard count > 0 else { return all }
        onBytes?(Array(chunk.prefix(count)))
        all += chunk.prefix(count)
    }
}

/// Runs blocking code on a thread of its own.
private func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Swift.Result { try body() }) }
    }
}

/// Lets `#expect(throws:)` compare codes.
func codes<Result>(isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result) async throws
    -> Result
{
    do { return try await body() } catch let error as UpstreamError { throw error.code }
}

extension UpstreamError.Code: Error {}

/// Sockets of this process that are connected to a port of loopback: the client's ends of its connections.
func socketsOf(port: Int) -> Int {
    (0..<4096).filter { descriptor in
        var peer = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isConnected = withUnsafeMutablePointer(to: &peer) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(Int32(descriptor), $0, &size) == 0 }
        }
        return isConnected && peer.sin_family == sa_family_t(AF_INET) && peer.sin_port == in_port_t(port).bigEndian
    }.count
}
