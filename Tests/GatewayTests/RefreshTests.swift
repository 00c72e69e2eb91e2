import Contracts
import Foundation
import Redis
import TestSupport
import Testing

@testable import Gateway

@Suite struct RefreshTests {
    @Test func oneRefreshInTenSecondsReachesTheProvider() async throws {
        try await GatewayFixture.run { gateway in
            let store = TokenStore(redis: gateway.redis, keys: gateway.keys)
            async let held = gateway.http.get("/api/live/8/refresh?session=viewer-0001")
            // The TokenService, by hand.
            try await gateway.eventually {
                try await gateway.redis.send(["LLEN", .text(gateway.keys.tokenWishes)]).integer ?? 0 > 0
            }
            let wish = try #require(
                try await gateway.redis.send(["RPOP", .text(gateway.keys.tokenWishes)]).string.map {
                    try TokenWish(json: $0)
                })
            #expect(wish.stream == Samples.stream)
            #expect(try await store.begin(wish, resolver: "token-test", patience: 5_000) == .proceed)
            let serial = try await store.store(
                .url("http://cdn.invalid/secret-token", timeToLive: 300_000), for: Samples.stream,
                resolver: "token-test")
            #expect(serial != nil)
            let answer = try await held
            #expect(answer.status == 200 && answer.json["cached"] as? Bool == false)
            #expect(!answer.text.contains("secret-token") && !answer.text.contains("cdn.invalid"))
            #expect((answer.json["expiresIn"] as? Int).map { (290...300).contains($0) } == true)
            let again = try await gateway.http.get("/api/live/8/refresh")
            #expect(again.status == 429 && again.code == "refreshed_lately" && again.header("retry-after") != nil)
        }
    }

    /// Anybody may ask: nobody's picture breaks for it, as long as there is one.
    @Test func aRunningChannelKeepsItsToken() async throws {
        try await GatewayFixture.run { gateway in
            let store = TokenStore(redis: gateway.redis, keys: gateway.keys)
            try await store.store(
                .url("http://cdn.invalid/first", timeToLive: 300_000), for: Samples.stream, resolver: "token-test")
            async let playing = gateway.http.get("/api/hls/live-8/master.m3u8?session=viewer-0001")
            let claimed = try await gateway.owner.play(Samples.stream)
            #expect(try await playing.status == 200)
            try await gateway.renew(claimed, OwnerHands.report)
            for _ in 0..<2 {
                let answer = try await gateway.http.get("/api/live/8/refresh?session=viewer-0001")
                #expect(answer.status == 200 && answer.json["cached"] as? Bool == true, "\(answer.text)")
                #expect(answer.json["expiresIn"] as? Int == 240 && answer.json["started"] as? Bool == true)
            }
            #expect(try await store.read(Samples.stream).token?.url == "http://cdn.invalid/first")
            #expect(try await gateway.refreshedAt() == nil)

            // Its source is away: the same request means something now.
            let away = StreamReport(
                source: "reconnecting", reason: "provider_slow", renditions: [], speed: 0, cores: 0, reconnects: 1,
                shedLevel: 0, tokenAge: 60_000, tokenTimeToLive: 300_000)
            try await gateway.renew(claimed, away)
            async let held = gateway.http.get("/api/live/8/refresh?session=viewer-0001")
            try await gateway.eventually {
                try await gateway.redis.send(["LLEN", .text(gateway.keys.tokenWishes)]).integer ?? 0 > 0
            }
            #expect(try await gateway.refreshedAt() != nil)
            try await store.store(
                .url("http://cdn.invalid/second", timeToLive: 300_000), for: Samples.stream, resolver: "token-test")
            let refreshed = try await held
            #expect(refreshed.status == 200 && refreshed.json["cached"] as? Bool == false, "\(refreshed.text)")
        }
    }
}

extension GatewayFixture {
    /// The channel's owner speaks, and is believed for as long as the test takes.
    fileprivate func renew(_ claimed: StreamOwnership.Claimed, _ report: StreamReport) async throws {
        _ = try await owner.renew(Samples.stream, claimed, report: report)
        _ = try await redis.send([
            "HSET", .text(keys.stream(Samples.stream)), "lease_until", "4000000000000",
        ])
    }

    /// When the channel's owner was last told to connect with a newer token.
    fileprivate func refreshedAt() async throws -> Int64? {
        try await redis.send(["HGET", .text(keys.stream(Samples.stream)), "refresh_at"]).integer
    }
}
