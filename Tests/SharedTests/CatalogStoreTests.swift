import Contracts
import NIOCore
import Redis
import TestSupport
import Testing

@Suite struct CatalogStoreTests {
    private static let version = CatalogState.Version(number: 0, chunks: 2, entries: 3, bytes: 30)

    private func withStore(
        _ body: (CatalogStore, RedisClient, Keys) async throws -> Void
    ) async throws {
        try await withRedis { redis, prefix in
            let keys = Keys(prefix: prefix)
            try await body(CatalogStore(redis: redis, keys: keys), redis, keys)
        }
    }

    private func wish(_ redis: RedisClient, in milliseconds: Int64 = 60_000) async throws -> CatalogWish {
        let seconds = try await redis.send(["TIME"]).array?.first?.integer ?? 0
        return CatalogWish(kind: .vod, deadline: seconds * 1000 + milliseconds, request: "test")
    }

    private func draft(_ store: CatalogStore, _ redis: RedisClient, by instance: String) async throws -> Int64 {
        guard case .proceed(let draft) = try await store.begin(try await wish(redis), by: instance) else {
            throw RedisError(.server, "the load may not begin")
        }
        return draft
    }

    /// Two chunks and a category.
    private func load(
        _ store: CatalogStore, _ draft: Int64, by instance: String, timeToLive: Int64 = 60_000
    ) async throws -> Bool {
        let categories = [CatalogCategory(id: 10, name: "Films")]
        _ = try await store.append(categories, to: draft, .vod, by: instance)
        for index in 0..<2 {
            let chunk = try #require(CatalogChunk.pack(Array("chunk \(index) of \(draft)\n".utf8)))
            _ = try await store.append(chunk, at: index, to: draft, .vod, by: instance)
        }
        return try await store.commit(
            CatalogState.Version(number: draft, chunks: 2, entries: 3, bytes: 30), .vod, by: instance,
            timeToLive: timeToLive)
    }

    @Test func aLoadBecomesTheListInOneStepAndTheOldOneGoes() async throws {
        try await withStore { store, redis, keys in
            #expect(try await store.read(.vod).version == nil)
            let first = try await draft(store, redis, by: "a")
            #expect(try await load(store, first, by: "a"))
            let state = try await store.read(.vod)
            let version = try #require(state.version)
            #expect(version == CatalogState.Version(number: first, chunks: 2, entries: 3, bytes: 30))
            #expect(state.isFresh && state.failure == nil && state.expiresAt - state.now <= 60_000)
            #expect(try await store.chunk(1, of: version, .vod) == Array("chunk 1 of \(first)\n".utf8))
            #expect(try await store.categories(.vod, of: version) == [CatalogCategory(id: 10, name: "Films")])
            let key = keys.catalogChunks(.vod, version: first)
            #expect(try await redis.send(["PTTL", .text(key)]).integer == -1)

            _ = try await redis.send(["HSET", .text(keys.catalog(.vod)), "expires_at", "0"])
            let second = try await draft(store, redis, by: "b")
            let chunk = try #require(CatalogChunk.pack([0x41]))
            #expect(try await store.append(chunk, at: 0, to: second, .vod, by: "b"))
            // Half a load: readers still have the old list, and the new chunks would go by themselves.
            #expect(try await store.read(.vod).version == version)
            #expect(try await store.chunk(0, of: version, .vod) != nil)
            let ttl = try await redis.send(["PTTL", .text(keys.catalogChunks(.vod, version: second))]).integer
            #expect((1...CatalogLimits.draft).contains(ttl ?? 0))
            #expect(try await load(store, second, by: "b"))
            #expect(try await store.read(.vod).version?.number == second && second > first)
            #expect(try await store.chunk(0, of: version, .vod) == nil)
        }
    }

    @Test func onlyOneReplicaLoadsAndADeadOneIsSucceeded() async throws {
        try await withStore { store, redis, keys in
            let first = try await draft(store, redis, by: "a")
            #expect(try await store.begin(try await wish(redis), by: "b") == .busy)
            #expect(try await store.begin(try await wish(redis, in: -1000), by: "b") == .late)
            // As if "a" had been silent for long.
            _ = try await redis.send(["HSET", .text(keys.catalog(.vod)), "asking_until", "1"])
            let second = try await draft(store, redis, by: "b")
            #expect(second > first)
            let chunk = try #require(CatalogChunk.pack([0x41]))
            #expect(try await store.append(chunk, at: 0, to: first, .vod, by: "a") == false)
            #expect(try await load(store, first, by: "a") == false)
            #expect(try await load(store, second, by: "b"))
            #expect(try await store.begin(try await wish(redis), by: "a") == .answered)
        }
    }

    @Test func aLoadThatHasLostAChunkIsNoList() async throws {
        try await withStore { store, redis, keys in
            let draft = try await draft(store, redis, by: "a")
            let chunk = try #require(CatalogChunk.pack([0x41]))
            _ = try await store.append(chunk, at: 1, to: draft, .vod, by: "a")
            _ = try await store.append([], to: draft, .vod, by: "a")
            let version = CatalogState.Version(number: draft, chunks: 2, entries: 3, bytes: 30)
            #expect(try await store.commit(version, .vod, by: "a", timeToLive: 60_000) == false)
            #expect(try await store.read(.vod).version == nil)
            #expect(try await redis.send(["EXISTS", .text(keys.catalogChunks(.vod, version: draft))]).integer == 0)
            // Nobody has to wait for it.
            _ = try await self.draft(store, redis, by: "b")
        }
    }

    @Test func aFailureIsToldOnlyWhileThereIsNoList() async throws {
        try await withStore { store, redis, keys in
            let reason = StreamReason(code: "provider_failed", message: "No.")
            let first = try await draft(store, redis, by: "a")
            try await store.fail(reason, draft: first, .vod, by: "a", retryAfter: 30_000)
            let failed = try await store.read(.vod)
            #expect(failed.failure == reason && failed.version == nil && failed.isFresh)
            _ = try await redis.send(["HSET", .text(keys.catalog(.vod)), "expires_at", "0"])
            #expect(try await load(store, try await draft(store, redis, by: "a"), by: "a"))
            let known = try await store.read(.vod)
            #expect(known.failure == nil)
            _ = try await redis.send(["HSET", .text(keys.catalog(.vod)), "expires_at", "0"])
            try await store.fail(
                reason, draft: try await draft(store, redis, by: "a"), .vod, by: "a", retryAfter: 30_000)
            let after = try await store.read(.vod)
            #expect(after.version == known.version && after.failure == nil && after.isFresh)
        }
    }

    @Test func whoGivesUpLetsAnotherBegin() async throws {
        try await withStore { store, redis, _ in
            let first = try await draft(store, redis, by: "a")
            try await store.abandon(draft: first, .vod, by: "a")
            let second = try await draft(store, redis, by: "b")
            #expect(second > first)
        }
    }

    @Test func noMoreImagesAreKnownThanMayBe() async throws {
        try await withStore { store, redis, keys in
            _ = try await redis.send([
                "EVAL", "for i = 1, 200010 do redis.call('HSET', KEYS[1], i, 'x') end", "1", .text(keys.images),
            ])
            try await store.remember(images: ["a": "http://images.example/a.jpg"])
            #expect(try await redis.send(["HLEN", .text(keys.images)]).integer == 200_000)
        }
    }
}

@Suite struct CatalogLineTests {
    private func read(_ line: String?) -> CatalogEntry? {
        line.map { Array($0.utf8) }?.withUnsafeBufferPointer { CatalogLine.entry($0) }
    }

    @Test func everyFieldComesBack() {
        var entry = CatalogEntry(id: 55, number: 3, name: "Amélie – la série")
        entry.categories = [20, 21]
        (entry.image, entry.backdrop) = ("0123456789abcdef0123456789abcdef", "f123456789abcdef0123456789abcdef")
        (entry.added, entry.rating, entry.year, entry.isAdult) = (1_700_000_000, 7.1, 1999, true)
        (entry.containerExtension, entry.guideID, entry.archiveDays) = ("mkv", "tf1.fr", 7)
        (entry.plot, entry.genre, entry.cast) = ("A plot, long.", "Drama", "A, B")
        (entry.director, entry.releaseDate, entry.trailer, entry.episodeMinutes) = ("D", "1999-03-31", "abc", 45)
        #expect(read(CatalogLine.text(entry)) == entry)
        let bare = CatalogEntry(id: 8, number: 1, name: "8")
        #expect(CatalogLine.text(bare) == "8\t1\t8")
        #expect(read("8\t1\t8") == bare)
    }

    @Test func whatWouldBreakTheFormBecomesASpace() {
        #expect(CatalogLine.text(CatalogEntry(id: 8, number: 1, name: "a\tb\nc")) == "8\t1\ta b c")
    }

    @Test func newFieldsAndNonsenseDoNoHarm() {
        let tabs = String(repeating: "\t", count: 17)
        #expect(read("8\t1\t8\(tabs)\tsomething new\tand more") == CatalogEntry(id: 8, number: 1, name: "8"))
        for line in ["", "8", "x\t1\tname", "8\tx\tname", "\t\t\t"] { #expect(read(line) == nil, "\(line)") }
    }

    @Test func whatIsTooLongKeepsItsName() throws {
        var entry = CatalogEntry(id: 8, number: 1, name: "Name")
        entry.plot = String(repeating: "é", count: CatalogLine.longest)
        entry.year = 1999
        let line = try #require(CatalogLine.text(entry))
        #expect(line.utf8.count < CatalogLine.longest)
        #expect(read(line)?.name == "Name" && read(line)?.year == 1999)
        entry.name = entry.plot ?? ""
        #expect(CatalogLine.text(entry) == nil)
    }
}

@Suite struct CatalogChunkTests {
    @Test func packsAndUnpacks() throws {
        let lines = Array(String(repeating: "8\t1\tA name\n", count: 20_000).utf8)
        let chunk = try #require(CatalogChunk.pack(lines))
        #expect(chunk.readableBytes < lines.count / 10)
        #expect(CatalogChunk.unpack(chunk) == lines)
        #expect(CatalogChunk.pack([UInt8](repeating: 0, count: 300_000)) == nil)
    }

    @Test func refusesWhatIsNoChunk() throws {
        let chunk = try #require(CatalogChunk.pack(Array("8\t1\tA\n".utf8)))
        var lies = ByteBuffer()
        lies.writeInteger(UInt32.max)
        lies.writeImmutableBuffer(chunk.getSlice(at: 4, length: chunk.readableBytes - 4) ?? ByteBuffer())
        var short = chunk
        short.moveWriterIndex(to: short.writerIndex - 3)
        for bad in [ByteBuffer(), ByteBuffer(string: "abc"), ByteBuffer(string: "\0\0\0\u{10}nonsense"), lies, short] {
            #expect(CatalogChunk.unpack(bad) == nil)
        }
    }
}
