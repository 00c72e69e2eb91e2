import Contracts
import Foundation
import NIOCore
import NIOHTTP1
import Redis
import Testing

@testable import Gateway

/// What is refused is refused in one format, at once where possible, and starts nothing.
@Suite struct RefusalTests {
    @Test func badInputIsAnsweredInTheOneFormat() async throws {
        let table: [(path: String, status: Int, code: String)] = [
            ("/nothing", 404, "not_found"), ("/nothing/", 404, "not_found"), ("/metrics", 404, "not_found"),
            ("/api/live/abc", 400, "bad_stream_id"), ("/api/live/-1", 400, "bad_stream_id"),
            ("/api/live/1234567890123456789", 400, "bad_stream_id"), ("/api/live/8%00", 400, "bad_stream_id"),
            ("/api/live/8?quality=999p", 400, "unknown_quality"),
            ("/api/live/8?quality=original", 400, "quality_not_offered"),
            ("/api/live/8?session=short", 400, "bad_session"), ("/api/live/8/direct?quality=x", 400, "unknown_quality"),
            ("/api/hls/8/master.m3u8", 400, "bad_stream_id"), ("/api/hls/movie-1/master.m3u8", 400, "bad_stream_id"),
            ("/api/hls/live-8/master.m3u8?quality=9", 400, "unknown_quality"),
            ("/api/hls/live-8/999p.m3u8", 400, "unknown_quality"), ("/api/hls/live-8/720p.mpd", 404, "not_found"),
            ("/api/hls/live-8/s/x/720p.m3u8", 400, "bad_session"),
            ("/api/hls/live-8/720p.m3u8?_HLS_msn=x", 400, "bad_delivery_directive"),
            ("/api/hls/live-8/720p.m3u8?_HLS_part=1", 400, "bad_delivery_directive"),
            ("/api/hls/live-8/cap/720p/1-2.mp4", 400, "bad_segment"),
            ("/api/hls/live-8/cap/720p/1-x.ts", 400, "bad_segment"),
            ("/api/hls/live-8/AAAAAAAAAAAAAAAAAAAAAA/720p/1-2.ts", 403, "bad_capability"),
            ("/api/hls/live-8/cap/%2e%2e/1-2.ts", 400, "unknown_quality"),
            ("/api/live/" + String(repeating: "9", count: 5_000), 414, "uri_too_long"),
        ]
        try await GatewayFixture.run { gateway in
            for row in table {
                let answer = try await gateway.http.get(row.path, ["X-Request-Id": "req-1"])
                #expect(
                    answer.status == row.status && answer.code == row.code, "\(row.path.prefix(60)): \(answer.text)")
                #expect(answer.json["success"] as? Bool == false && answer.json["requestId"] as? String == "req-1")
                #expect(answer.json["error"] is String && answer.header("cache-control") == "no-store")
                #expect(answer.header("x-request-id") == "req-1")
            }
            let post = try await gateway.http.get("/api/live/8", method: .POST, body: "{}")
            #expect(post.status == 405 && post.code == "method_not_allowed" && post.header("allow") != nil)
            let body = try await gateway.http.get("/api/live/8", body: "{}")
            #expect(body.status == 400 && body.code == "unexpected_body")
            let odd = try await gateway.http.get("/nothing", ["X-Request-Id": "no spaces\tplease"])
            #expect(odd.header("x-request-id") != "no spaces\tplease")
            try await gateway.startedNothing()
        }
    }

    @Test func whatIsNotHTTPGetsAnAnswerAndNeverACrash() async throws {
        try await GatewayFixture.run { gateway in
            let large = String(repeating: "a", count: 100_000)
            for (bytes, status) in [
                ("GARBAGE\r\n\r\n", "400"), ("GET / HTTP/9.9\r\n\r\n", "400"), ("GET /\0 HTTP/1.1\r\n\r\n", "400"),
                ("GET / HTTP/1.1\r\nHost: x\r\nX-Large: \(large)\r\n\r\n", "431"),
                ("GET /\(large) HTTP/1.1\r\nHost: x\r\n\r\n", "4"),
            ] {
                let answer = try await gateway.http.raw(bytes)
                #expect(answer.hasPrefix("HTTP/1.1 \(status)"), "\(bytes.prefix(30)) got \(answer.prefix(80))")
                #expect(answer.contains(#""success":false"#))
            }
            #expect(try await gateway.http.get("/api/health/live").status == 200)
        }
    }

    @Test func headAndOptionsStartNothing() async throws {
        try await GatewayFixture.run { gateway in
            for path in [
                "/api/live/8", "/api/live/8/direct", "/api/live/8/refresh", "/api/hls/live-8/master.m3u8",
                "/api/hls/live-8/720p.m3u8",
            ] {
                let head = try await gateway.http.get(path, method: .HEAD)
                #expect(head.status == 200 && head.body.readableBytes == 0, "\(path)")
                let options = try await gateway.http.get(path, ["Origin": "https://x.example"], method: .OPTIONS)
                #expect(
                    options.status == 204 && options.header("access-control-allow-methods")?.contains("GET") == true)
            }
            try await gateway.startedNothing()
        }
    }

    @Test func originsAreThoseOfTheSetting() async throws {
        try await GatewayFixture.run(["CORS_ORIGINS": "https://a.example"]) { gateway in
            let known = try await gateway.http.get("/nothing", ["Origin": "https://a.example"])
            #expect(known.header("access-control-allow-origin") == "https://a.example")
            #expect(known.header("vary")?.contains("Origin") == true)
            let foreign = try await gateway.http.get("/nothing", ["Origin": "https://b.example"])
            #expect(foreign.header("access-control-allow-origin") == nil)
        }
        try await GatewayFixture.run { gateway in
            let open = try await gateway.http.get("/nothing")
            #expect(open.header("access-control-allow-origin") == "*")
        }
    }

    @Test func saysThatNoTranscoderRuns() async throws {
        try await GatewayFixture.run(hasWorker: false) { gateway in
            let answer = try await gateway.http.get("/api/hls/live-8/master.m3u8")
            #expect(answer.status == 503 && answer.code == "no_worker" && answer.header("retry-after") != nil)
        }
    }

    @Test func saysWhyAChannelFailed() async throws {
        try await GatewayFixture.run { gateway in
            async let held = gateway.http.get("/api/hls/live-8/master.m3u8")
            let claimed = try await gateway.owner.claim(Samples.stream)
            try await gateway.owner.release(
                Samples.stream, claimed, state: .failed,
                reason: StreamReason(code: "channel_offline", message: "The channel is off the air."))
            let answer = try await held
            #expect(answer.status == 502 && answer.code == "channel_offline")
            let again = try await gateway.http.get("/api/live/8")
            #expect(again.status == 502 && again.code == "channel_offline")
        }
    }

    @Test func saysThatAllConnectionsAreWatched() async throws {
        try await GatewayFixture.run(connections: 1) { gateway in
            async let first = gateway.http.get("/api/hls/live-8/master.m3u8?session=viewer-0001")
            let claimed = try await gateway.owner.play(Samples.stream)
            _ = try await first
            async let second = gateway.http.get("/api/hls/live-9/master.m3u8?session=viewer-0002")
            try await gateway.eventually {
                try await gateway.owner.tryClaim(.live(9)) == .noSlot(limit: 1)
            }
            let answer = try await second
            #expect(answer.status == 503 && answer.code == "no_free_connection", "\(answer.text)")
            #expect(answer.header("retry-after") != nil)

            // The first viewer leaves for the second's channel: its own is let go at once, and the connection is free.
            async let third = gateway.http.get("/api/hls/live-9/master.m3u8?session=viewer-0001")
            try await gateway.eventually {
                guard case .renewed(let renewal) = try await gateway.owner.renew(Samples.stream, claimed) else {
                    return false
                }
                return renewal.releaseRequested && renewal.viewers == 0
            }
            try await gateway.owner.release(Samples.stream, claimed, state: .idle)
            _ = try await gateway.owner.play(.live(9))
            #expect(try await third.status == 200)
        }
    }
}

extension GatewayFixture {
    /// No demand, no claim: nobody was asked to do anything.
    fileprivate func startedNothing() async throws {
        #expect(
            try await redis.send(["EXISTS", .text(keys.wanted), .text(keys.liveClaims), .text(keys.tokenWishes)])
                .integer == 0)
    }
}
