import Contracts
import Foundation
import NIOCore
import Redis
import Testing

@testable import Gateway

struct BandwidthTests {
    @Test func theMonthIsReadFromTheBooks() async throws {
        try await GatewayFixture.run(["BANDWIDTH_FREE_GB": "1", "BANDWIDTH_PRICE_PER_GB": "2"]) { fixture in
            let today = UsageDay(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1000))
            let film = try #require(StreamID("vod-1906"))
            var addition = UsageLedger.Addition(id: "r1", day: today)
            addition.kinds = [
                "bytes:live:720p": 1_500_000_000, "bytes:vod:360p": 500_000_000, "segments:vod:360p": 100,
                "cached:vod:360p": 25, "direct:vod:original": 1_000_000_000, "views:vod:360p": 3,
            ]
            addition.bytes = [.live(8): 1_500_000_000, film: 500_000_000]
            addition.views = [film: 3]
            _ = try await UsageLedger(redis: fixture.redis, keys: fixture.keys).count("", addition, by: "s")
            let answer = try await fixture.http.get("/api/stats/bandwidth")
            #expect(answer.status == 200)
            let stats = try JSONDecoder().decode(Answer.self, from: Data(answer.body.readableBytesView))
            #expect(stats.success && stats.month.bytes == 2_000_000_000 && stats.today.bytes == 2_000_000_000)
            #expect(stats.today.name == today.description && stats.month.name == today.month)
            #expect(stats.month.kinds == ["live": ["720p": 1_500_000_000], "vod": ["360p": 500_000_000]])
            #expect(stats.bill.cost == 2 && stats.bill.alert && stats.bill.usedShare == 2)
            #expect(stats.bill.projectedCost >= 2)
            #expect(stats.cache.hitRate == 0.25 && stats.cache.hits == 25)
            #expect(stats.saved.directPlay.bytes == 1_000_000_000 && stats.saved.directPlay.money == 2)
            #expect(stats.top.map(\.stream) == ["live-8", "vod-1906"])
            #expect(stats.top.map(\.views) == [nil, 3])
        }
    }

    @Test func anEmptyMonthIsAnAnswerToo() async throws {
        try await GatewayFixture.run { fixture in
            let answer = try await fixture.http.get("/api/stats/bandwidth")
            let stats = try JSONDecoder().decode(Answer.self, from: Data(answer.body.readableBytesView))
            #expect(stats.success && stats.month.bytes == 0 && !stats.bill.alert && stats.top.isEmpty)
        }
    }

    private struct Answer: Decodable {
        struct Period: Decodable {
            let name: String
            let bytes: Int64
            let kinds: [String: [String: Int64]]
        }
        struct Bill: Decodable {
            let cost: Double
            let projectedCost: Double
            let usedShare: Double
            let alert: Bool
        }
        struct Cache: Decodable {
            let hits: Int64
            let hitRate: Double
        }
        struct Saving: Decodable {
            let bytes: Int64
            let money: Double
        }
        struct Savings: Decodable { let directPlay: Saving }
        struct Title: Decodable {
            let stream: String
            let views: Int64?
        }

        let success: Bool
        let today: Period
        let month: Period
        let bill: Bill
        let cache: Cache
        let saved: Savings
        let top: [Title]
    }
}
