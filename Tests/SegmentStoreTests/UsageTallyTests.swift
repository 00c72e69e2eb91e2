import Contracts
import Testing

@testable import SegmentStore

struct UsageTallyTests {
    private func entry(_ stream: StreamID, _ rendition: String, bytes: Int64, views: Int64 = 0) -> UsageReport.Entry {
        UsageReport.Entry(stream: stream, rendition: rendition, bytes: bytes, segments: 1, views: views, cached: 0)
    }

    private func report(_ entries: [UsageReport.Entry], day: String = "2026-11-22", id: String = "r1") throws -> String
    {
        try UsageReport(id: id, gateway: "g", day: day, entries: entries).json()
    }

    @Test func entriesCountByKindAndByStream() throws {
        let payload = try report([
            entry(.live(8), "720p", bytes: 100, views: 1), entry(.live(9), "720p", bytes: 50),
            entry(.live(8), "360p", bytes: 7),
        ])
        let tally = try UsageTally.read(payload)
        let amounts = tally.kinds.merging(tally.streams) { $0 + $1 }
        #expect(amounts["bytes:live:720p"] == 150)
        #expect(amounts["bytes:live-8:720p"] == 100)
        #expect(amounts["bytes:live-9:720p"] == 50)
        #expect(amounts["bytes:live:360p"] == 7)
        #expect(amounts["segments:live:720p"] == 2)
        #expect(amounts["views:live-8:720p"] == 1)
        #expect(amounts["views:live-9:720p"] == nil, "zeros take no room")
        #expect(tally.day.description == "2026-11-22" && tally.id == "r1")
        #expect(tally.bytes == [.live(8): 107, .live(9): 50])
        #expect(tally.views.isEmpty, "channels are not stored, so their popularity decides nothing")
    }

    @Test func whatIsNotAReportIsRefused() throws {
        #expect(throws: UsageTally.Refusal.notAReport) { try UsageTally.read("{\"v\":1}") }
        #expect(throws: UsageTally.Refusal.notAReport) { try UsageTally.read("nonsense") }
        let badDay = try report([], day: "2026-02-29")
        #expect(throws: UsageTally.Refusal.badDay) { try UsageTally.read(badDay) }
        let badID = try report([], id: "")
        #expect(throws: UsageTally.Refusal.badID) { try UsageTally.read(badID) }
        let negative = try report([entry(.live(8), "720p", bytes: -1)])
        #expect(throws: UsageTally.Refusal.badEntry) { try UsageTally.read(negative) }
        for name in ["", "a:b", "720P", String(repeating: "a", count: 33)] {
            let odd = try report([entry(.live(8), name, bytes: 1)])
            #expect(throws: UsageTally.Refusal.badEntry) { try UsageTally.read(odd) }
        }
        let long = try report(Array(repeating: entry(.live(8), "720p", bytes: 1), count: UsageTally.maximumEntries + 1))
        #expect(throws: UsageTally.Refusal.tooLong) { try UsageTally.read(long) }
    }

    @Test func daysAreCountedLikeACalendar() throws {
        #expect(UsageDay("2000-01-01")?.number == 10_957)
        #expect(UsageDay("2026-11-22")?.number == 20_779)
        #expect(UsageDay("2024-02-29") != nil && UsageDay("2100-02-29") == nil)
        for bad in [
            "", "2026-1-1", "2026-13-01", "2026-00-10", "2026-04-31", "1999-12-31", "2026-11-22 ", "+026-11-22",
        ] {
            #expect(UsageDay(bad) == nil, "\(bad)")
        }
        for number in stride(from: Int64(10_957), to: 80_000, by: 29) {
            let day = UsageDay(milliseconds: number * 86_400_000 + 86_399_999)
            try #require(UsageDay(day.description)?.number == number)
        }
    }
}
