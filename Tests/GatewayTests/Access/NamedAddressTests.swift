import Contracts
import NIOHTTP1
import Redis
import Testing

@testable import Gateway

/// Name and password in the address: for pages of other origins, whose browsers keep no cookie of ours.
@Suite struct NamedAddressTests {
    private static let master = "/api/hls/live-8/master.m3u8"

    @Test(arguments: [
        ("/as/ama/secret/api/stream/vod/1", "/api/stream/vod/1?username=ama&password=secret"),
        (
            "/as/a%20b/p%2Fq%26x=1/api/live/8?quality=480p",
            "/api/live/8?quality=480p&username=a%20b&password=p%2Fq%26x%3D1"
        ),
        ("/as/ama/secret/?", "/?username=ama&password=secret"),
        ("/as/ama/secret//evil.example", "//evil.example?username=ama&password=secret"),
    ])
    func standsForTheAddressBehindIt(target: String, plain: String) {
        #expect(NamedTarget.plain(target) == plain)
    }

    @Test(arguments: [
        "/", "/as", "/as/", "/as/ama", "/as/ama/secret", "/as//secret/x", "/as/a/%zz/x", "/assets/a/b", "/AS/a/b/c",
    ])
    func everythingElseStaysAsItIs(target: String) {
        #expect(NamedTarget.plain(target) == nil)
    }

    @Test func aFrontendOfAnotherOriginPlays() async throws {
        try await Guarded.run { gateway in
            // Two at once: asking again is no further one.
            try await gateway.addViewer("ama", .init(streams: 2))
            let base = "/as/ama/correct%20horse"
            async let playing = gateway.http.get(base + Self.master)
            _ = try await gateway.owner.play(Samples.stream)
            let first = try await playing
            #expect(first.status == 200 && !first.text.contains("correct"), "\(first.text)")
            for _ in 0..<4 {
                let again = try await gateway.http.get(base + Self.master)
                #expect(again.status == 200, "\(again.text)")
            }
            // What it lists plays by its signed session alone.
            let media = try await gateway.http.get(try RightsTests.mediaPath(first.text))
            #expect(media.status == 200, "\(media.text)")
            let query = "username=ama&password=correct%20horse"
            #expect(try await gateway.http.get("/api/live/8?\(query)").status == 200)
            // It is a way to play, and to nothing else.
            for path in ["/api/me", "/api/catalog/live", "/api/stats/streams", "/api/admin/viewers"] {
                for address in [base + path, "\(path)?\(query)"] {
                    let answer = try await gateway.http.get(address)
                    #expect(answer.status == 401, "\(address): \(answer.text)")
                }
            }
        }
    }

    @Test func aVideoElementAsksOftenAndIsOnePlay() async throws {
        try await Guarded.run { gateway in
            try await gateway.addViewer("ama", .init(streams: 2))
            let cookie = try await gateway.cookie("ama")
            let element = cookie.merging(["sec-fetch-dest": "video"]) { $1 }
            async let playing = gateway.http.get(Self.master, element)
            _ = try await gateway.owner.play(Samples.stream)
            #expect(try await playing.status == 200)
            for _ in 0..<3 { #expect(try await gateway.http.get(Self.master, element).status == 200) }
            // Pages that keep their sessions are told apart.
            let (one, other) = (
                try await gateway.http.get(Self.master, cookie), try await gateway.http.get(Self.master, cookie)
            )
            #expect(one.status == 200 && other.code == "stream_limit", "\(other.text)")
        }
    }

    @Test func whoLoadsThePageAnewIsNoSecondDevice() async throws {
        try await Guarded.run { gateway in
            try await gateway.addViewer("ama", .init(streams: 1))
            let (here, elsewhere) = (try await gateway.cookie("ama"), try await gateway.cookie("ama"))
            async let playing = gateway.http.get(Self.master, here)
            _ = try await gateway.owner.play(Samples.stream)
            #expect(try await playing.status == 200)
            #expect(try await gateway.http.get(Self.master, here).status == 200)
            let other = try await gateway.http.get(Self.master, elsewhere)
            #expect(other.status == 429 && other.code == "stream_limit", "\(other.text)")
        }
    }

    @Test func whoGuessesIsSlowedAndStartsNothing() async throws {
        try await Guarded.run { gateway in
            try await gateway.addViewer("ama")
            var codes: [String?] = []
            for number in 0..<6 {
                codes.append(try await gateway.http.get("/as/ama/guess\(number)\(Self.master)").code)
            }
            #expect(codes.prefix(5).allSatisfy { $0 == "wrong_credentials" } && codes.last == "too_many_attempts")
            let half = try await gateway.http.get("\(Self.master)?username=ama")
            #expect(half.status == 401 && half.code == "credentials_missing")
            let long = try await gateway.http.get("/as/ama/\(String(repeating: "x", count: 300))\(Self.master)")
            #expect(long.status == 401)
            #expect(
                try await gateway.redis.send(["EXISTS", .text(gateway.keys.wanted), .text(gateway.keys.liveClaims)])
                    .integer == 0)
        }
    }
}
