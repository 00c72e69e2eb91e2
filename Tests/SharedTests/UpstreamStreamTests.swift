import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Upstream

/// Blocking reads run on threads of their own, as in the product.
@Suite struct UpstreamStreamTests {
    private let reading: UpstreamReading

    init() throws { reading = try UpstreamReading() }

    @Test func readsABodyToItsEnd() async throws {
        let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await ScriptedHTTPServer.with({ _ in
            [.response(200, [("Content-Type", "video/mp2t; x=1"), ("ETag", "\"e\"")], body: body)]
        }) { server in
            let (head, bytes) = try await reading.read(server.url("/a"))
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
            let (head, bytes) = try await reading.read(server.url("/a")) { stream, url in
                try stream.open(url, ignoresContentLength: ignoresContentLength)
            }
            #expect(head.redirects == 2 && head.url.path == "/c" && String(decoding: bytes, as: UTF8.self) == "media")
        }
    }

    @Test func handsOverARedirectWhenAskedTo() async throws {
        try await ScriptedHTTPServer.with({ _ in [.redirect(to: "/next")] }) { server in
            let (head, _) = try await reading.read(server.url("/a")) { stream, url in
                try stream.open(url, followRedirects: false)
            }
            #expect(head.status == 302 && head.location == "/next" && server.requests.count == 1)
        }
    }

    @Test func endsRedirectLoops() async throws {
        try await ScriptedHTTPServer.with({ _ in [.redirect(to: "/again")] }) { server in
            await #expect(throws: UpstreamError.Code.tooManyRedirects) {
                try await codes { try await reading.read(server.url("/a")) }
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
                    try await codes {
                        try await reading.read(host == "localhost" ? target : first.url("/a"), policy: policy)
                    }
                }
            }
            #expect(server.acceptedConnections == 0)
        }
    }

    @Test func refusesRedirectsToOtherSchemes() async throws {
        try await ScriptedHTTPServer.with({ _ in [.redirect(to: "file:///etc/passwd")] }) { server in
            await #expect(throws: UpstreamError.Code.protocolViolation) {
                try await codes { try await reading.read(server.url("/a")) }
            }
        }
    }

    @Test func noticesAStall() async throws {
        try await ScriptedHTTPServer.with({ _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfirst"), .stall]
        }) { server in
            let began = ContinuousClock.now
            await #expect(throws: UpstreamError.Code.stalled) {
                try await codes {
                    try await reading.read(
                        server.url("/a"), stallTimeout: .milliseconds(300), openTimeout: .seconds(60))
                }
            }
            #expect(ContinuousClock.now - began < .seconds(30))
            #expect(await server.waitForOpenConnections(0))
        }
    }

    @Test func givesUpOnAServerThatNeverAnswers() async throws {
        try await ScriptedHTTPServer.with({ _ in [.stall] }) { server in
            await #expect(throws: UpstreamError.Code.timeout) {
                try await codes { try await reading.read(server.url("/a"), openTimeout: .milliseconds(300)) }
            }
            #expect(await server.waitForOpenConnections(0))
        }
    }

    @Test func cancelsAWaitingReadFromAnotherThread() async throws {
        try await ScriptedHTTPServer.with({ _ in [.send("HTTP/1.1 200 OK\r\n\r\nfirst"), .stall] }) { server in
            let cancellation = UpstreamCancellation()
            let task = Task {
                try await codes { try await reading.read(server.url("/a"), cancellation: cancellation) }
            }
            #expect(await server.waitForRequests(1))
            cancellation.cancel()
            await #expect(throws: UpstreamError.Code.cancelled) { _ = try await task.value }
        }
    }

    @Test func tellsADropFromAnEnd() async throws {
        try await ScriptedHTTPServer.with({ request in
            let start = "HTTP/1.1 200 OK\r\n" + (request.path == "/length" ? "Content-Length: 100\r\n" : "") + "\r\n"
            return [.send(start + "half"), request.path == "/reset" ? .reset : .close]
        }) { server in
            await #expect(throws: UpstreamError.Code.closed) {
                try await codes { try await reading.read(server.url("/length")) }
            }
            // Without a length, the server's orderly close is the end.
            let (_, bytes) = try await reading.read(server.url("/open"))
            #expect(String(decoding: bytes, as: UTF8.self) == "half")
        }
    }

    @Test func deliversWhatCameBeforeADrop() async throws {
        try await ScriptedHTTPServer.with({ _ in [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), .close] })
        { server in
            let seen = Mutex<[UInt8]>([])
            await #expect(throws: UpstreamError.Code.closed) {
                try await codes {
                    try await reading.read(server.url("/a"), onBytes: { bytes in seen.withLock { $0 += bytes } })
                }
            }
            #expect(seen.withLock { $0 } == Array("half".utf8))
        }
    }

    @Test func usesAConnectionAgainOnlyWhenItsResponseWasReadToTheEnd() async throws {
        try await ScriptedHTTPServer.with({ _ in [.response(200, body: Array(repeating: 7, count: 10_000_000))] }) {
            server in
            try await onThread { [policy = reading.policy] in
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
            try await onThread { [policy = reading.policy] in
                var options = UpstreamStream.Options()
                options.bufferLimit = 500_000
                let stream = UpstreamStream(policy: policy, options: options)
                _ = try stream.open(UpstreamURL(server.url("/a")))
                #expect(stream.bufferedBytes <= 500_000)
                #expect(try drain(stream).count == 40_000_000)
            }
        }
    }
}
