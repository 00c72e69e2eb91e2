import Contracts
import Redis
import TestSupport
import Testing

/// The common index of storage, against a real Redis.
struct StoredIndexTests {
    private struct Ground {
        let redis: RedisClient
        let keys: Keys
        let index: StoredIndex
        let stored: StoredSegments

        static func with(_ body: (Ground) async throws -> Void) async throws {
            try await withRedis { client, prefix in
                let keys = Keys(prefix: prefix)
                try await body(
                    Ground(
                        redis: client, keys: keys, index: StoredIndex(redis: client, keys: keys),
                        stored: StoredSegments(redis: client, keys: keys)))
            }
        }

        func segment(_ index: Int, _ rendition: String = "720p", film: Int = 1) throws -> StoredSegment {
            try #require(StoredSegment(path: "vod-\(film)/0123456789ab/\(rendition)/\(index).ts"))
        }

        /// As a store does it.
        func put(_ segment: StoredSegment, _ byteCount: Int, limit: Int64 = 1000) async throws -> StoredIndex.Admission
        {
            let admission = try await index.admit(segment, byteCount: byteCount, limit: limit)
            if admission == .admitted {
                try await index.commit(segment, byteCount: byteCount, encodeMilliseconds: 50, payload: "p", by: "s1")
            }
            return admission
        }

        func only() async throws -> StoredRecord {
            let records = try await index.records().records
            #expect(records.count == 1)
            return try #require(records.first)
        }
    }

    @Test func whatIsCommittedIsStored() async throws {
        try await Ground.with { ground in
            let segment = try ground.segment(4)
            #expect(try await ground.index.admit(segment, byteCount: 100, limit: 1000) == .admitted)
            #expect(try await !ground.stored.isStored(segment), "its bytes are counted, not there")
            #expect(try await ground.index.byteCount() == 100)
            let processing = ground.keys.noticeProcessing(instance: "s1")
            _ = try await ground.redis.send(["LPUSH", .text(processing), "notice"])
            try await ground.index.commit(segment, byteCount: 100, encodeMilliseconds: 70, payload: "notice", by: "s1")
            #expect(try await ground.stored.isStored(segment))
            #expect(try await ground.stored.stored(segment.group).indices == [4])
            #expect(try await ground.redis.send(["EXISTS", .text(processing)]).integer == 0)
            #expect(try await ground.put(try ground.segment(4), 100) == .stored)
            let record = try await ground.only()
            #expect(record.byteCount == 100 && record.count == 1 && record.encodeMilliseconds == 70 && record.used > 0)
        }
    }

    @Test func storesTogetherStayBelowTheLimit() async throws {
        try await Ground.with { ground in
            let outcomes = try await withThrowingTaskGroup(of: StoredIndex.Admission.self) { group in
                for number in 0..<50 {
                    let segment = try ground.segment(number, film: number % 5)
                    group.addTask { try await ground.index.admit(segment, byteCount: 90, limit: 1000) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == .admitted }.count == 11)
            #expect(try await ground.index.byteCount() == 990)
            // What could not be written gives its room back.
            for number in 0..<50 {
                try await ground.index.release(try ground.segment(number, film: number % 5), byteCount: 0)
            }
            #expect(try await ground.index.byteCount() == 990)
        }
    }

    @Test func whatCouldNotBeWrittenLeavesNothing() async throws {
        try await Ground.with { ground in
            let segment = try ground.segment(0)
            #expect(try await ground.index.admit(segment, byteCount: 90, limit: 1000) == .admitted)
            try await ground.index.release(segment, byteCount: 90)
            #expect(try await ground.index.byteCount() == 0)
            #expect(try await ground.index.records().records.isEmpty)
        }
    }

    @Test func twoStoresOfOneSegmentCountItOnce() async throws {
        try await Ground.with { ground in
            let segment = try ground.segment(0)
            for _ in 0..<2 { _ = try await ground.index.admit(segment, byteCount: 90, limit: 1000) }
            for _ in 0..<2 {
                try await ground.index.commit(segment, byteCount: 90, encodeMilliseconds: 5, payload: "p", by: "s1")
            }
            let record = try await ground.only()
            #expect(record.byteCount == 90 && record.count == 1)
            #expect(try await ground.index.byteCount() == 90)
        }
    }

    @Test func aLostFileIsNoLongerStored() async throws {
        try await Ground.with { ground in
            for number in 0..<4 { _ = try await ground.put(try ground.segment(number), 100) }
            try await ground.index.lost(try ground.segment(2))
            try await ground.index.lost(try ground.segment(2))
            #expect(try await ground.stored.stored(try ground.segment(0).group).indices == [0, 1, 3])
            let record = try await ground.only()
            #expect(record.byteCount == 300 && record.count == 3 && record.encodeMilliseconds == 150)
            for number in [0, 1, 3] { try await ground.index.lost(try ground.segment(number)) }
            #expect(try await ground.index.records().records.isEmpty)
            #expect(try await ground.index.byteCount() == 0)
        }
    }

    @Test func aRenditionIsForgottenWholeUnlessItChangedOrIsPromised() async throws {
        try await Ground.with { ground in
            for number in [-1, 5] { _ = try await ground.put(try ground.segment(number), 100) }
            _ = try await ground.put(try ground.segment(0, film: 2), 100)
            let first = try await ground.index.records().records.first { $0.count == 2 }
            let old = try #require(first)
            _ = try await ground.put(try ground.segment(6), 100)
            #expect(try await ground.index.forget(old) == nil, "it has changed since")
            let records = try await ground.index.records()
            let now = try #require(records.records.first { $0.count == 3 })
            let promised = try #require(try await ground.stored.promise(now.group, until: records.now + 60_000))
            #expect(promised.map.indices == [-1, 5, 6] && promised.meanBytes == 100)
            #expect(try await ground.index.forget(now) == nil, "URLs lead to it")
            let key = ground.keys.storedGroup(now.group.stream, version: now.group.version, rendition: "720p")
            _ = try await ground.redis.send(["HSET", .text(key), "promised", .integer(records.now - 1)])
            #expect(try await ground.index.admit(try ground.segment(9), byteCount: 1, limit: 1000) == .admitted)
            let busy = try #require(try await ground.index.records().records.first { $0.group == now.group })
            #expect(try await ground.index.forget(busy) == nil, "a write is under way")
            try await ground.index.release(try ground.segment(9), byteCount: 1)
            let idle = try #require(try await ground.index.records().records.first { $0.group == now.group })
            #expect(try await ground.index.forget(idle)?.map(\.index) == [-1, 5, 6])
            #expect(try await ground.index.byteCount() == 400, "its bytes are still there")
            try await ground.index.freed(idle.byteCount)
            #expect(try await ground.index.byteCount() == 100)
            _ = try await ground.redis.send(["SET", .text(ground.keys.storedBytes), "777"])
            try await ground.index.sumUp()
            #expect(try await ground.index.byteCount() == 100)
            #expect(try await ground.stored.stored(now.group).count == 0)
            #expect(try await ground.stored.promise(now.group, until: records.now + 60_000) == nil)
            #expect(
                try await ground.index.records().records.map(\.group.stream) == [try ground.segment(0, film: 2).stream])
        }
    }

    @Test func theIndexIsRebuiltFromWhatIsThere() async throws {
        try await Ground.with { ground in
            let group = try ground.segment(0).group
            var found = FoundGroup()
            found.indices = [-1, 0, 9]
            found.byteCount = 300
            found.newest = 5
            found.encodeMilliseconds = 70
            #expect(try await ground.index.reconcile(group, with: found, changed: 0))
            #expect(try await ground.stored.stored(group).indices == [-1, 0, 9])
            let record = try await ground.only()
            #expect(record.byteCount == 300 && record.count == 3 && record.encodeMilliseconds == 70 && record.used == 5)
            #expect(try await ground.index.byteCount() == 300)
            #expect(try await !ground.index.reconcile(group, with: found, changed: record.changed), "nothing differs")
            // Somebody stores while storage is being listed: the list is out of date.
            _ = try await ground.put(try ground.segment(1), 50)
            #expect(try await !ground.index.reconcile(group, with: found, changed: record.changed))
            #expect(try await ground.index.byteCount() == 350)
            // All its files are gone.
            #expect(
                try await ground.index.reconcile(
                    group, with: FoundGroup(), changed: try await ground.only().changed))
            #expect(try await ground.index.byteCount() == 0)
            #expect(try await ground.stored.stored(group).count == 0)
        }
    }

    @Test func noticesAndWishesAreBounded() async throws {
        try await Ground.with { ground in
            let notices = try (0..<Limits.notices + 5).map {
                SegmentNotice(try ground.segment($0), byteCount: 1, encodeMilliseconds: 1)
            }
            try await ground.stored.announce(notices)
            #expect(
                try await ground.redis.send(["LLEN", .text(ground.keys.segmentNotices)]).integer
                    == Int64(Limits.notices))
            let oldest = try await ground.redis.send(["LINDEX", .text(ground.keys.segmentNotices), -1]).string
            #expect(try SegmentNotice(json: oldest ?? "").index == 5, "the oldest go")
            let segments = try (0..<10).map { try ground.segment($0) }
            for _ in 0..<Limits.wishes / 10 + 1 {
                try await ground.stored.wishLoad(segments, patience: .seconds(4), request: "r1")
            }
            #expect(
                try await ground.redis.send(["LLEN", .text(ground.keys.loadWishes)]).integer == Int64(Limits.wishes))
            let wish = try LoadWish(
                json: try await ground.redis.send(["LINDEX", .text(ground.keys.loadWishes), 0]).string ?? "")
            let now = try await ground.index.records().now
            #expect(wish.segment == segments.last && wish.request == "r1")
            #expect((now - 10_000...now + 10_000).contains(wish.deadline - 4000))
        }
    }

    @Test func onlyOneStoreHasItsTurn() async throws {
        try await Ground.with { ground in
            let turns = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<5 { group.addTask { try await ground.index.takeTurn("look", every: .seconds(600)) } }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(turns == 1)
            #expect(try await ground.index.takeTurn("another", every: .seconds(600)))
            #expect(try await ground.index.takeTurn("look", every: .zero))
        }
    }
}
