import Contracts
import Foundation
import NIOHTTP1
import Redis
import Testing

@testable import Gateway

/// With `ACCESS=viewers` nothing but health and the page is for everybody (issue 4, acceptance).
@Suite struct RightsTests {
    private static let master = "/api/hls/live-8/master.m3u8"

    @Test func withoutRightsThereIsNothingButHealthAndThePage() async throws {
        let closed = [
            "/api/me", "/api/live/8", "/api/live/8/direct", "/api/live/8/refresh", Self.master,
            "/api/hls/live-8/720p.m3u8", "/api/hls/vod-1/master.m3u8", "/api/hls/vod-1/720p.m3u8",
            "/api/stream/vod/1", "/api/stream/episode/1", "/api/stream/series/1/1/1", "/api/stream/info/vod/1",
            "/api/stream/probe/vod/1", "/api/stats/streams", "/api/stats/bandwidth", "/api/admin/viewers",
            "/api/hls/live-8/AAAAAAAAAAAAAAAAAAAAAA/720p/1-2.ts", "/api/hls/live-8/s/AAAAAAAA/720p.m3u8",
        ]
        try await Guarded.run { gateway in
            for path in closed {
                let answer = try await gateway.http.get(path)
                #expect([401, 403].contains(answer.status) && answer.code != nil, "\(path): \(answer.text)")
                let head = try await gateway.http.get(path, method: .HEAD)
                #expect([401, 403].contains(head.status), "HEAD \(path): \(head.status)")
            }
            #expect(try await gateway.http.get(Self.master).code == "login_required")
            for path in ["/health", "/api/health", "/api/health/live", "/api/health/ready"] {
                let answer = try await gateway.http.get(path)
                #expect([200, 503].contains(answer.status) && answer.code == nil, "\(path): \(answer.text)")
            }
            #expect(
                try await gateway.redis.send(["EXISTS", .text(gateway.keys.wanted), .text(gateway.keys.liveClaims)])
                    .integer == 0, "nobody without rights starts anything")
        }
    }

    @Test func aViewerLogsInAndPlaysWithoutTheCookie() async throws {
        try await Guarded.run { gateway in
            try await gateway.addViewer("ama")
            let cookie = try await gateway.cookie("ama")
            let me = try await gateway.http.get("/api/me", cookie)
            #expect((me.json["viewer"] as? [String: Any])?["name"] as? String == "ama")

            async let playing = gateway.http.get(Self.master, cookie)
            _ = try await gateway.owner.play(Samples.stream)
            let master = try await playing
            #expect(master.status == 200, "\(master.text)")
            let path = try Self.mediaPath(master.text)
            let media = try await gateway.http.get(path)
            #expect(media.status == 200, "\(media.text)")
            let segment = try #require(media.text.split(separator: "\n").first { $0.hasSuffix(".ts") })
            let folder = "/api/hls/live-8/"
            let answer = try await gateway.http.get(folder + segment.drop { $0 == "." || $0 == "/" })
            #expect(answer.status == 200)

            // The same session opens its own channel's multivariant playlist again, as native players need it.
            let session = path.split(separator: "/")[4]
            #expect(try await gateway.http.get("\(Self.master)?session=\(session)").status == 200)
        }
    }

    @Test func tokensOpenOnlyWhatTheyWereMadeFor() async throws {
        try await Guarded.run { gateway in
            let ama = try await gateway.addViewer("ama")
            try await gateway.addViewer("kofi")
            let (cookie, other) = (try await gateway.cookie("ama"), try await gateway.cookie("kofi"))
            async let playing = gateway.http.get(Self.master, cookie)
            _ = try await gateway.owner.play(Samples.stream)
            let path = try Self.mediaPath(try await playing.text)
            let session = String(path.split(separator: "/")[4])

            func refused(_ path: String, _ headers: [String: String] = [:], _ status: Int, _ code: String) async throws
            {
                let answer = try await gateway.http.get(path, headers)
                #expect(answer.status == status && answer.code == code, "\(path): \(answer.text)")
            }
            // Swapped: another stream, another account.
            try await refused("/api/hls/live-9/s/\(session)/720p.m3u8", [:], 403, "foreign_session")
            try await refused("/api/hls/live-9/s/\(session)/720p.m3u8", cookie, 403, "foreign_session")
            try await refused("/api/hls/vod-8/s/\(session)/720p.m3u8", [:], 403, "foreign_session")
            try await refused("/api/live/9?session=\(session)", [:], 403, "foreign_session")
            try await refused("/api/stream/vod/1?session=\(session)", [:], 403, "foreign_session")
            try await refused(path, other, 403, "foreign_session")
            try await refused("/api/me", ["cookie": "dash_login=\(session)"], 403, "bad_session_token")
            // Forged.
            let forged = String(session.dropLast()) + (session.last == "A" ? "B" : "A")
            try await refused("/api/hls/live-8/s/\(forged)/720p.m3u8", [:], 403, "bad_session_token")
            try await refused("\(Self.master)?session=\(forged)", [:], 403, "bad_session_token")
            try await refused("/api/me", ["cookie": "dash_login=\(forged)"], 403, "bad_session_token")
            // A login is no playback session, and a session of the viewer's own choice none either.
            let login = try #require(cookie["cookie"]?.split(separator: "=").last)
            try await refused("/api/hls/live-8/s/\(login)/720p.m3u8", [:], 403, "bad_session_token")
            try await refused("\(Self.master)?session=viewer-0001", [:], 403, "bad_session_token")
            // Replayed after its end.
            let secret = try #require(try await gateway.redis.send(["GET", .text(gateway.keys.sessionSecret)]).string)
            let signer = TokenSigner(secret: secret)
            let past = UInt32(WallClock.now() / 1000) - 1
            let old = SignedToken(.playback, account: ama.id, expiry: past, tag: SignedToken.tag(Samples.stream))
            try await refused("/api/hls/live-8/s/\(signer.text(old))/720p.m3u8", [:], 401, "session_expired")
            let oldLogin = SignedToken(.login, account: ama.id, expiry: past)
            try await refused("/api/me", ["cookie": "dash_login=\(signer.text(oldLogin))"], 401, "session_expired")
            // What is good is still good.
            #expect(try await gateway.http.get(path).status == 200)
        }
    }

    @Test func whoIsRemovedIsOutAndTheCapabilityIsRenewed() async throws {
        try await Guarded.run { gateway in
            try await gateway.addViewer("ama")
            try await gateway.addViewer("kofi")
            let (cookie, other) = (try await gateway.cookie("ama"), try await gateway.cookie("kofi"))
            async let playing = gateway.http.get(Self.master, cookie)
            _ = try await gateway.owner.play(Samples.stream)
            let path = try Self.mediaPath(try await playing.text)
            let theirs = try Self.mediaPath(try await gateway.http.get(Self.master, other).text)
            let before = try await gateway.http.get(theirs).text
            let removed = try await gateway.admin("/api/admin/viewers/ama", method: .DELETE)
            #expect(removed.status == 200, "\(removed.text)")
            for (path, headers) in [(path, [:]), (path, cookie), ("/api/me", cookie), (Self.master, cookie)] {
                let answer = try await gateway.http.get(path, headers)
                #expect(answer.status == 401 && answer.code == "login_required", "\(path): \(answer.text)")
            }
            #expect(try await gateway.login("ama").status == 401)
            // Everybody else goes on, soon under another capability; what lists the old one is good for a minute more.
            try await gateway.eventually(within: .seconds(30)) {
                try await gateway.http.get(theirs).text != before
            }
            let segment = try #require(before.split(separator: "\n").last { $0.hasSuffix(".ts") })
            let old = "/api/hls/live-8/" + segment.drop { $0 == "." || $0 == "/" }
            #expect(try await gateway.http.get(old).status == 200)
        }
    }

    @Test func accountsHaveTheirLimits() async throws {
        try await Guarded.run { gateway in
            try await gateway.addViewer("films", .init(kinds: [.vod, .series]))
            let films = try await gateway.http.get(Self.master, try await gateway.cookie("films"))
            #expect(films.status == 403 && films.code == "kind_not_allowed")

            try await gateway.addViewer("late", .init(expiresAt: .some(WallClock.now() - 1)))
            let late = try await gateway.login("late")
            #expect(late.status == 403 && late.code == "account_expired")

            try await gateway.addViewer("one", .init(streams: 1))
            let one = try await gateway.cookie("one")
            async let playing = gateway.http.get("\(Self.master)?session=device-0001", one)
            _ = try await gateway.owner.play(Samples.stream)
            #expect(try await playing.status == 200)
            let second = try await gateway.http.get("\(Self.master)?session=device-0002", one)
            #expect(second.status == 429 && second.code == "stream_limit" && second.header("retry-after") != nil)
            let same = try await gateway.http.get("\(Self.master)?session=device-0001", one)
            #expect(same.status == 200, "the same device goes on: \(same.text)")

            let month = UsageDay(milliseconds: WallClock.now()).month
            try await gateway.addViewer("full", .init(monthlyBytes: .some(1_000_000)))
            _ = try await gateway.redis.send([
                "HSET", .text(gateway.keys.accountBytes(month: month)), "full", 2_000_000,
            ])
            let full = try await gateway.cookie("full")
            // What the fleet has counted is known from the first stream on.
            try await gateway.eventually {
                let answer = try await gateway.http.get(Self.master, full)
                return answer.status == 403 && answer.code == "data_cap_reached"
            }
        }
    }

    @Test func whatIsListedCounts() async throws {
        try await Guarded.run { gateway in
            try await gateway.addViewer("ama")
            try await gateway.addViewer("kofi")
            let (cookie, other) = (try await gateway.cookie("ama"), try await gateway.cookie("kofi"))
            async let playing = gateway.http.get(Self.master, cookie)
            let claimed = try await gateway.owner.claim(Samples.stream)
            try await gateway.owner.describe(Samples.stream, claimed)
            for offset in 0..<5 { try await gateway.owner.record(Samples.stream, claimed, offset: Int64(offset)) }
            let path = try Self.mediaPath(try await playing.text)
            // All five are known to the gateway before the first playlist is counted.
            let theirs = try Self.mediaPath(try await gateway.http.get(Self.master, other).text)
            try await gateway.eventually {
                try await gateway.http.get(theirs).text.contains("-\(claimed.nextSequence + 4).ts")
            }
            for _ in 0..<3 { _ = try await gateway.http.get(path) }
            try await gateway.owner.record(Samples.stream, claimed, offset: 5)
            try await gateway.eventually {
                try await gateway.http.get(path).text.contains("-\(claimed.nextSequence + 5).ts")
            }
            // Three of the first playlist, and the one that came.
            let month = UsageDay(milliseconds: WallClock.now()).month
            try await gateway.eventually {
                try await gateway.store.use(of: ["ama"], month: month).first?.bytes == 4 * 1_880
            }
            let list = try await gateway.admin("/api/admin/viewers")
            let viewer = (list.json["viewers"] as? [[String: Any]])?.first { $0["name"] as? String == "ama" }
            #expect(viewer?["usedBytes"] as? Int == 4 * 1_880 && viewer?["playing"] as? Int == 1)
        }
    }

    /// Shared caches know an answer by its path: only who has the right in it may be given theirs.
    @Test func whatACookieOpensIsForNoSharedCache() async throws {
        try await Guarded.run { gateway in
            try await gateway.addViewer("ama", .init(streams: 5))
            let cookie = try await gateway.cookie("ama")
            async let playing = gateway.http.get(Self.master, cookie)
            _ = try await gateway.owner.play(Samples.stream)
            let path = try Self.mediaPath(try await playing.text)
            let session = path.split(separator: "/")[4]
            let plain = "/api/hls/live-8/720p.m3u8"
            let table: [(path: String, headers: [String: String], rule: String)] = [
                (plain, cookie, "private, max-age=1"),
                ("\(plain)?username=ama&password=correct%20horse", [:], "private, max-age=1"),
                ("\(plain)?session=\(session)", [:], "private, max-age=1"), (Self.master, cookie, "private, max-age=1"),
                (path, [:], "max-age=1"), (path, cookie, "max-age=1"),
            ]
            for row in table {
                let answer = try await gateway.http.get(row.path, row.headers)
                let rule = answer.header("cache-control")
                #expect(answer.status == 200 && rule == row.rule, "\(row.path): \(answer.text)")
            }
            async let film = gateway.http.get("/api/hls/vod-1906/720p.m3u8", cookie)
            _ = try await gateway.films.open()
            #expect(try await film.header("cache-control") == "private, max-age=3600")
        }
    }

    @Test func theSameNameOnAnotherDeviceIsAnotherPlay() async throws {
        try await Guarded.run { gateway in
            try await gateway.addViewer("ama", .init(streams: 1))
            let (here, elsewhere) = (try await gateway.cookie("ama"), try await gateway.cookie("ama"))
            let path = "\(Self.master)?session=device-0001"
            async let playing = gateway.http.get(path, here)
            _ = try await gateway.owner.play(Samples.stream)
            #expect(try await playing.status == 200)
            let other = try await gateway.http.get(path, elsewhere)
            #expect(other.status == 429 && other.code == "stream_limit", "\(other.text)")
            let same = try await gateway.http.get(path, here)
            #expect(same.status == 200, "\(same.text)")
        }
    }

    static func mediaPath(_ master: String) throws -> String {
        let line = try #require(master.split(separator: "\n").first { $0.hasPrefix("s/") })
        return "/api/hls/live-8/\(line)"
    }
}
