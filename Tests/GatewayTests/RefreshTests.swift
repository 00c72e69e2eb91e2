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
}
