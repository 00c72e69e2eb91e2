import TestSupport
import Testing

@testable import Upstream

/// Parts of a body, and answers that no server should give.
@Suite struct UpstreamAnswerTests {
    private let reading: UpstreamReading

    init() throws { reading = try UpstreamReading() }

    @Test func readsRanges() async throws {
        let body = Array("0123456789".utf8)
        try await ScriptedHTTPServer.with({ request in
            switch request.headers["range"] {
            case "bytes=2-4": [.response(206, [("Content-Range", "bytes 2-4/10")], body: Array(body[2...4]))]
            case "bytes=50-": [.response(416, [("Content-Range", "bytes */10")], body: [])]
            default: [.response(200, body: body)]
            }
        }) { server in
            let (partial, bytes) = try await reading.read(server.url("/a")) { stream, url in
                try stream.open(url, range: UpstreamRange(first: 2, last: 4))
            }
            #expect(partial.status == 206 && partial.contentRange?.bytes == 2...4 && bytes == Array(body[2...4]))
            let (beyond, _) = try await reading.read(server.url("/a")) { stream, url in
                try stream.open(url, range: UpstreamRange(first: 50))
            }
            #expect(beyond.status == 416 && beyond.contentRange?.total == 10)
            let (ignored, _) = try await reading.read(server.url("/a")) { stream, url in
                try stream.open(url, range: UpstreamRange(first: 9))
            }
            #expect(ignored.status == 200 && ignored.contentRange == nil)
        }
    }

    @Test func readsAnIcyServer() async throws {
        let answer = "ICY 200 OK\r\nContent-Type: video/mp2t\r\n\r\nmedia"
        try await ScriptedHTTPServer.with({ _ in [.send(answer), .close] }) { server in
            let (head, bytes) = try await reading.read(server.url("/a"))
            #expect(head.status == 200 && String(decoding: bytes, as: UTF8.self) == "media")
        }
    }

    @Test func ignoresALyingLength() async throws {
        try await ScriptedHTTPServer.with({ _ in [.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nlonger"), .close] }
        ) { server in
            let (_, bytes) = try await reading.read(server.url("/a")) { stream, url in
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
                try await codes { try await reading.read(server.url("/huge")) }
            }
            await #expect(throws: UpstreamError.Code.tooLarge) {
                try await codes { try await reading.read(server.url("/many")) }
            }
            await #expect(throws: UpstreamError.Code.protocolViolation) {
                try await codes { try await reading.read(server.url("/x")) }
            }
        }
    }

    @Test func saysWhenNobodyListens() async throws {
        let port = freePort()
        await #expect(throws: UpstreamError.Code.connect) {
            try await codes { try await reading.read("http://127.0.0.1:\(port)/") }
        }
        await #expect(throws: UpstreamError.Code.dns) {
            try await codes { try await reading.read("http://no-such-host.invalid/") }
        }
    }
}
