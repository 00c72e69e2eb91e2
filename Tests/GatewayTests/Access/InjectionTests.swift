import Contracts
import Foundation
import NIOHTTP1
import Redis
import Testing

@testable import Gateway

/// What strangers write into headers, paths and queries stays what it is (issue 4, acceptance).
@Suite struct InjectionTests {
    private static let marks = ["\"><script>alert(1)</script>", "evil.example/x", "a b", "x@evil.example", "a\\evil"]

    @Test func headersDoNotReachAddresses() async throws {
        try await GatewayFixture.run { gateway in
            async let playing = gateway.http.get("/api/hls/live-8/master.m3u8")
            _ = try await gateway.owner.play(Samples.stream)
            #expect(try await playing.status == 200)
            for mark in Self.marks {
                let answer = try await gateway.http.get("/api/live/8", ["host": mark])
                #expect(!answer.text.contains("evil") && !answer.text.contains("<script"), "\(mark): \(answer.text)")
            }
            // Only trusted proxies say who we are.
            let forwarded = try await gateway.http.get(
                "/api/live/8",
                ["x-forwarded-host": "evil.example", "x-forwarded-proto": "https", "forwarded": "host=evil.example"])
            #expect(forwarded.status == 200 && !forwarded.text.contains("evil"), "\(forwarded.text)")
        }
    }

    @Test func nothingThatIsSentBecomesAHeader() async throws {
        try await GatewayFixture.run { gateway in
            for path in [
                "/api/hls/live-8/%0d%0aSet-Cookie:%20a=b/master.m3u8",
                "/api/live/8?quality=480p%0d%0aSet-Cookie:%20a=b",
                "/api/live/8?session=abcdefgh%0d%0aSet-Cookie:%20a=b", "/as/a%0d%0aSet-Cookie:%20a=b/x/api/live/x",
                "/api/stream/vod/1%0d%0aSet-Cookie:%20a=b", "/api/stream/vod/1?extension=mkv%0d%0aSet-Cookie:%20a=b",
                "/api/images/%0d%0aSet-Cookie:%20a=b",
            ] {
                let answer = try await gateway.http.get(path, ["x-request-id": "a%0d%0aSet-Cookie: a=b"])
                #expect((400..<405).contains(answer.status), "\(path): \(answer.status)")
                #expect(answer.header("set-cookie") == nil && !answer.text.contains("\r\nSet-Cookie"), "\(path)")
                #expect(answer.header("x-request-id")?.contains("Cookie") == false)
            }
            // Raw line ends are no part of a request line or of a header.
            for bytes in [
                "GET /api/live/8?a=\rSet-Cookie:a=b HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /api/live/8 HTTP/1.1\r\nHost: x\r\nX-Request-Id: a\rSet-Cookie: a=b\r\n\r\n",
                "GET /api/live/8 HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            ] {
                let answer = try await gateway.http.raw(bytes)
                #expect(answer.hasPrefix("HTTP/1.1 400") && !answer.contains("\nSet-Cookie"), "\(answer.prefix(200))")
            }
        }
    }

    @Test func queriesAndPathsDoNotReachRedis() async throws {
        try await GatewayFixture.run { gateway in
            _ = try await gateway.redis.send(["SET", "still-there", "1"])
            for odd in [
                "8%0d%0aFLUSHALL", "8%20*", "*", "8%7d:token", "..%2f..%2fdash:accounts", "8%00", "%2b8", "%ef%bc%98",
            ] {
                for path in [
                    "/api/live/\(odd)", "/api/hls/live-\(odd)/master.m3u8", "/api/stream/vod/\(odd)",
                    "/api/epg/live-\(odd)",
                ] {
                    let answer = try await gateway.http.get(path)
                    #expect([400, 404].contains(answer.status), "\(path): \(answer.status) \(answer.text)")
                }
            }
            let keys = gateway.keys
            #expect(
                try await gateway.redis.send([
                    "EXISTS", "still-there", .text(keys.wanted), .text(keys.liveClaims), .text(keys.tokenWishes),
                ]).integer == 1, "nothing is asked for, and nothing is gone")
        }
    }

    @Test func noOtherPageActsAsTheOperator() async throws {
        try await Guarded.run(["CORS_ORIGINS": "*"]) { gateway in
            let stop = "/api/admin/streams/live-8/stop"
            // A browser asks first, and is not allowed to send the key or the method.
            let asked = try await gateway.http.get(
                stop,
                [
                    "origin": "https://evil.example", "access-control-request-method": "POST",
                    "access-control-request-headers": "authorization",
                ], method: .OPTIONS)
            let headers = asked.header("access-control-allow-headers")?.lowercased() ?? ""
            #expect(!headers.contains("authorization") && !headers.contains("x-admin-key") && !headers.contains("*"))
            #expect(asked.header("access-control-allow-methods")?.contains("POST") == false)
            #expect(asked.header("access-control-allow-credentials") == nil)
            // What a page can make a browser send without asking holds no key: forms, cookies, addresses.
            try await gateway.addViewer("ama")
            let cookie = try await gateway.cookie("ama")
            for (path, headers) in [
                (stop, cookie), (stop, ["cookie": "dash_admin_key=\(Guarded.key)"]),
                ("\(stop)?key=\(Guarded.key)", [:]), ("\(stop)?authorization=Bearer%20\(Guarded.key)", [:]),
                ("/as/ama/correct%20horse\(stop)", [:]),
            ] {
                let form = headers.merging(["content-type": "application/x-www-form-urlencoded"]) { $1 }
                let answer = try await gateway.http.get(path, form, method: .POST, body: "key=\(Guarded.key)")
                #expect(answer.status == 401 && answer.code == "admin_key_required", "\(path): \(answer.text)")
            }
        }
    }
}
