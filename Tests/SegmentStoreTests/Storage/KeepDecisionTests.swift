import Contracts
import Testing

@testable import SegmentStore

struct EncodeCostTests {
    @Test func whatIsNotKnownCostsWhatOthersOfItsQualityDid() throws {
        func record(_ rendition: String, _ count: Int, _ milliseconds: Int64) throws -> StoredRecord {
            let group = try #require(StoredGroup("vod-\(count)/0123456789ab/\(rendition)"))
            return StoredRecord(group: group, byteCount: 1, count: count, encodeMilliseconds: milliseconds, used: 0)
        }
        let cost = EncodeCost([
            try record("720p", 10, 4_000), try record("720p.mp4", 30, 20_000), try record("360p", 0, 7),
        ])
        #expect(cost.estimate(rendition: "720p") == 600 && cost.estimate(rendition: "720p.mp4") == 600)
        // Nothing is known of these; the better one is the dearer one.
        #expect(cost.estimate(rendition: "1080p") > cost.estimate(rendition: "360p"))
        #expect(cost.estimate(rendition: "360p") > cost.estimate(rendition: "original"))
    }
}

struct KeepDecisionTests {
    private static let day: Int64 = 86_400_000
    private let now: Int64 = 1000 * Self.day

    private func record(
        _ film: Int, bytes: Int64 = 100, encode: Int64 = 100, age: Int64 = 0, promised: Int64 = 0
    ) throws -> StoredRecord {
        StoredRecord(
            group: try segment(0, film: film).group, byteCount: bytes, count: 1, encodeMilliseconds: encode,
            used: now - age, promised: promised)
    }

    private func decision(_ views: [Int: (Int64, age: Int64)] = [:], longest: Int64 = 30 * Self.day) throws
        -> KeepDecision
    {
        let scores = try views.map { film, views in
            (
                try segment(0, film: film).stream,
                Popularity.Score(views: views.0, lately: Double(views.0), last: now - views.age)
            )
        }
        return KeepDecision(longestLife: longest, popularity: Dictionary(uniqueKeysWithValues: scores), now: now)
    }

    @Test(arguments: [(0, 1), (9, 1), (10, 7), (49, 7), (50, 15), (99, 15), (100, 30), (100_000, 30)])
    func lifeGrowsWithPopularity(views: Int64, days: Int64) throws {
        let decision = try self.decision([1: (views, age: 0)])
        #expect(decision.lifetime(views: views) == days * Self.day)
        let young = try record(1, age: days * Self.day), old = try record(1, age: days * Self.day + 1)
        #expect(decision.expired([young, old]) == [old])
    }

    @Test func theSettingBoundsEveryLife() throws {
        let decision = try self.decision(longest: 3 * Self.day)
        #expect([0, 10, 50, 100].map { decision.lifetime(views: $0) / Self.day } == [1, 3, 3, 3])
    }

    @Test func whatIsPromisedStays() throws {
        let promised = try record(1, age: 90 * Self.day, promised: now + 1)
        #expect(try decision().expired([promised]).isEmpty)
        #expect(try decision().victims([promised], needed: 1, wanted: 1).isEmpty)
        let over = try record(1, age: 90 * Self.day, promised: now)
        #expect(try decision().expired([over]) == [over])
    }

    @Test func worthIsWhatAByteSaves() throws {
        let decision = try self.decision([1: (8, age: 0), 2: (8, age: 7 * Self.day), 3: (4, age: 0)])
        func worth(_ record: StoredRecord) -> Double { decision.worth(record) }
        #expect(worth(try record(1)) == 8)
        #expect(abs(worth(try record(2)) - 4) < 1e-9, "a view counts half after a week")
        #expect(worth(try record(1, bytes: 200)) == 4)
        #expect(worth(try record(1, encode: 300)) == 24)
        #expect(worth(try record(9)) == 1, "somebody has watched it into being")
        #expect(abs(worth(try record(1, age: 14 * Self.day)) - 2) < 1e-9, "an old version of it fades")
    }

    @Test func theLeastWorthyGoFirstAndNoMoreThanIsWanted() throws {
        let decision = try self.decision([1: (100, age: 0), 2: (5, age: 0), 3: (20, age: 0)])
        let records = [try record(1), try record(2), try record(3), try record(4), try record(5, age: Self.day)]
        func victims(_ needed: Int64, _ wanted: Int64) -> [String] {
            decision.victims(records, needed: needed, wanted: wanted).map(\.group.stream.number)
        }
        #expect(victims(0, 500).isEmpty && victims(-5, 0).isEmpty)
        #expect(victims(1, 1) == ["5"])
        #expect(victims(150, 150) == ["5", "4"])
        #expect(victims(50, 350) == ["5", "4", "2", "3"])
        #expect(victims(501, 501).isEmpty, "it would not be enough")
        #expect(victims(401, 9999) == ["5", "4", "2", "3", "1"])
    }

    @Test func aNewcomerReplacesOnlyWhatIsWorthLess() throws {
        let decision = try self.decision([1: (100, age: 0), 2: (5, age: 0)])
        let records = [try record(1), try record(2), try record(3, age: Self.day)]
        func victims(_ newcomer: StoredRecord, needed: Int64) -> [String] {
            decision.victims(records, needed: needed, wanted: needed, newcomer: newcomer).map(\.group.stream.number)
        }
        #expect(victims(try record(4), needed: 100) == ["3"])
        #expect(victims(try record(4), needed: 101).isEmpty, "film 2 is worth more")
        #expect(victims(try record(2), needed: 101).isEmpty, "never itself")
        #expect(victims(try record(1), needed: 101) == ["3", "2"])
        #expect(victims(try record(4, encode: 1), needed: 1).isEmpty)
    }
}
