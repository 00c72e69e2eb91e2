import Contracts
import Redis
import Runtime
import TestSupport
import Testing

@testable import SegmentStore

struct UsageCountingTests {
    private let day = UsageDay(milliseconds: 1_795_300_000_000)

    private func report(_ id: String, bytes: Int64 = 10) -> UsageReport {
        UsageReport(
            id: id, gateway: "g", day: day.description,
            entries: [.init(stream: .live(8), rendition: "720p", bytes: bytes, segments: 1, views: 0, cached: 0)])
    }

    /// Runs `body` beside the service.
    private func running(_ hosts: [ServiceHost], _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for host in hosts { group.addTask { try? await host.run() } }
            defer { group.cancelAll() }
            try await body()
        }
    }

    @Test func theServiceCountsEachReportOnce() async throws {
        try await Ground.with { ground in
            let hosts = [try await ground.host("s1"), try await ground.host("s2")]
            try await running(hosts) {
                for number in 0..<40 {
                    let report = report("r\(number % 20)")
                    try await ground.ledger.submit(report)
                }
                _ = try await ground.redis.send(["LPUSH", .text(ground.keys.usageReports), "nonsense"])
                try await eventually {
                    let left = try await ground.redis.send(["LLEN", .text(ground.keys.usageReports)]).integer
                    let first = try await ground.ledger.list.pending("s1"),
                        second = try await ground.ledger.list.pending("s2")
                    return left == 0 && first.isEmpty && second.isEmpty
                }
                let totals = try await ground.ledger.totals(of: day)
                #expect(totals["bytes:live:720p"] == 200)
                #expect(totals["bytes:live-8:720p"] == 200)
                #expect(totals["segments:live:720p"] == 20)
            }
        }
    }

    @Test func aDeadStoresReportsAreCountedByAnother() async throws {
        try await Ground.with { ground in
            let registry = InstanceRegistry(redis: ground.redis, keys: ground.keys)
            for name in ["dead", "alive"] {
                try await ground.ledger.list.register(name)
                for number in 0..<3 {
                    let payload = try report("\(name)-\(number)").json()
                    _ = try await ground.redis.send(
                        ["LPUSH", .text(ground.keys.usageProcessing(instance: name)), .text(payload)])
                }
            }
            try await registry.beat(InstanceStatus(service: "segment-store", instance: "alive", version: "1"))
            // The dead one had counted its first report, and died before anybody heard of it.
            let first = try UsageTally.read(try report("dead-0").json())
            _ = try await ground.ledger.count("not there", first, by: "dead")
            try await running([try await ground.host("s1")]) {
                try await eventually { try await ground.ledger.totals(of: day)["bytes:live:720p"] == 30 }
                #expect(try await ground.ledger.list.pending("alive").count == 3)
                try await eventually { try await !ground.exists(ground.keys.usageProcessing(instance: "dead")) }
                let processors = try await ground.redis.send(["SMEMBERS", .text(ground.keys.usageProcessors)])
                #expect(Set((processors.array ?? []).compactMap(\.string)) == ["alive", "s1"])
            }
        }
    }

    @Test func itsOwnLeftoversComeFirst() async throws {
        try await Ground.with { ground in
            let payload = try report("left").json()
            _ = try await ground.redis.send(
                ["LPUSH", .text(ground.keys.usageProcessing(instance: "s1")), .text(payload)])
            try await running([try await ground.host("s1")]) {
                try await eventually { try await ground.ledger.totals(of: day)["bytes:live:720p"] == 10 }
            }
        }
    }

    @Test func theListsAreBounded() async throws {
        try await Ground.with { ground in
            for number in 0..<30 {
                let addition = try UsageTally.read(try report("r\(number)").json())
                _ = try await ground.ledger.count("", addition, by: "s")
            }
            #expect(try await ground.redis.send(["ZCARD", .text(ground.keys.usageCounted)]).integer == 30)
            _ = try await ground.redis.send(
                ["EVAL", "for i = 1, 12000 do redis.call('LPUSH', KEYS[1], i) end", 1, .text(ground.keys.usageReports)])
            try await ground.ledger.submit(report("last"))
            #expect(try await ground.redis.send(["LLEN", .text(ground.keys.usageReports)]).integer == 10_000)
        }
    }

    @Test func oldDaysAreForgotten() async throws {
        try await Ground.with { ground in
            for text in ["2001-01-01", "2001-01-02"] {
                let old = try #require(UsageDay(text))
                _ = try await ground.ledger.count("", addition(text, old), by: "s")
            }
            let now = try #require(try await ground.redis.send(["TIME"]).array?.first?.integer)
            let today = UsageDay(milliseconds: now * 1000)
            _ = try await ground.ledger.count("", addition("today", today), by: "s")
            #expect(try await ground.ledger.forget(olderThan: 400) == 2)
            #expect(try await ground.ledger.forget(olderThan: 400) == 0)
            #expect(try await ground.ledger.totals(of: today) == ["a": 1])
            #expect(try await ground.allKeys().filter { $0.contains("2001") }.isEmpty)
        }
    }

    private func addition(_ id: String, _ day: UsageDay) -> UsageLedger.Addition {
        var addition = UsageLedger.Addition(id: id, day: day)
        addition.kinds = ["a": 1]
        addition.bytes = [.live(8): 5]
        return addition
    }

    @Test func viewsMakeFilmsPopularOnce() async throws {
        try await Ground.with { ground in
            let film = try #require(StreamID("vod-1906"))
            var addition = UsageLedger.Addition(id: "r1", day: day)
            addition.views = [film: 3]
            addition.bytes = [film: 100, .live(8): 300]
            for _ in 0..<2 { _ = try await ground.ledger.count("", addition, by: "s") }
            let popularity = Popularity(redis: ground.redis, keys: ground.keys)
            let score = try #require(try await popularity.scores()[film])
            #expect(score.views == 3 && score.lately == 3)
            let top = try await ground.ledger.top(10, inMonthOf: day)
            #expect(top.map(\.stream) == [.live(8), film] && top.map(\.bytes) == [300, 100])
            // A week later, half of them are left; three months later the film is forgotten.
            let week = Int64(Popularity.halfLife)
            let old = "3 3.000000 \(score.last - week)"
            _ = try await ground.redis.send(["HSET", .text(ground.keys.popularity), "vod-1906", .text(old)])
            _ = try await ground.ledger.count("", self.addition("r2", day, views: [film: 1]), by: "s")
            let faded = try #require(try await popularity.scores()[film])
            #expect(faded.views == 4 && abs(faded.lately - 2.5) < 0.01)
            #expect(try await popularity.forgetFaded() == 0)
            let ancient = "3 3.000000 \(score.last - 13 * week)"
            _ = try await ground.redis.send(["HSET", .text(ground.keys.popularity), "vod-1906", .text(ancient)])
            #expect(try await popularity.forgetFaded() == 1)
        }
    }

    private func addition(_ id: String, _ day: UsageDay, views: [StreamID: Int64]) -> UsageLedger.Addition {
        var addition = addition(id, day)
        addition.views = views
        return addition
    }
}
