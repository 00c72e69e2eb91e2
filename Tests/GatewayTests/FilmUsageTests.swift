import Contracts
import Foundation
import NIOCore
import Redis
import TestSupport
import Testing

@testable import Gateway

/// What the film routes say of savings: read from the reports that a gateway hands in.
@Suite struct FilmUsageTests {
    private func segments(_ gateway: GatewayFixture, _ rendition: String, _ indices: some Sequence<Int>) async throws {
        let playlist = try await gateway.http.get("/api/hls/vod-1906/\(rendition).m3u8")
        let uris = playlist.text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        for index in indices {
            #expect(try await gateway.http.get("/api/hls/vod-1906/\(uris[index])").status == 200)
        }
    }

    @Test func lowerQualitiesAndUnwatchedPartsAreCounted() async throws {
        try await GatewayFixture.withOwner(FilmSamples.info()) { gateway in
            // Opened twice by one viewer and once by another: two views of 60 s.
            for session in ["viewer-0001", "viewer-0001", "viewer-0002"] {
                #expect(try await gateway.http.get("/api/hls/vod-1906/master.m3u8?session=\(session)").status == 200)
            }
            try await segments(gateway, "720p", 0..<4)
            try await segments(gateway, "360p", 1..<4)
            let counted = try await gateway.counted { $0["segments:vod:360p"] == 3 }
            #expect(counted["views:vod:720p"] == 2 && counted["offered:vod:720p"] == 120_000)
            // 1 + 2 + 2 + 4 s, and 2 + 2 + 4 s.
            #expect(counted["played:vod:720p"] == 9_000 && counted["played:vod:360p"] == 8_000)
            let traffic = Traffic(counted)
            // Against the film's own 720p, by the bit rates that its owner names.
            let tracks = FilmSamples.info().videoTracks
            func average(_ name: String) throws -> Double {
                Double(try #require(tracks.first { $0.name == name }).averageBandwidth)
            }
            let one = Int64(1_880 * (try average("720p") / average("360p") - 1))
            #expect(traffic.savedByLowerQuality == 3 * one && one > 0)
            #expect(traffic.savedByNotSending == Int64(7.0 * 1_880 / 17_000 * 103_000))
            #expect(traffic.savedByDirectPlay == 0 && traffic.savedByBucket == 0)
        }
    }

    @Test func whatWasInMemoryOrInStorageNeedNotBeMade() async throws {
        try await GatewayFixture.run { gateway in
            let group = try #require(
                StoredGroup(stream: FilmSamples.film, version: FilmSamples.version, rendition: "720p"))
            let map = gateway.keys.filmStored(FilmSamples.film, version: FilmSamples.version, rendition: "720p")
            _ = try await gateway.redis.send(["SET", .text(map), .bytes(StoredMap(indices: 4..<16).bytes)])
            try await gateway.besideOwner(FilmSamples.info()) { gateway in
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    tasks.addTask { try await load(gateway, group) }
                    try await segments(gateway, "720p", Array(4..<16) + [8, 0])
                    tasks.cancelAll()
                }
                let counted = try await gateway.counted { $0["segments:vod:720p"] == 14 }
                // A store that takes longer than 300 ms, on a busy machine, has no share in it.
                let stored = counted["stored:vod:720p"] ?? 0
                // Number 8 for the second time, and number 0, which was made when the playlist was asked for.
                let cached = counted["cached:vod:720p"] ?? 0
                #expect((1...12).contains(stored) && (1...2).contains(cached))
                #expect(Traffic(counted).hits == stored + cached)
            }
        }
    }

    /// Plays the SegmentStores until it is cancelled.
    private func load(_ gateway: GatewayFixture, _ group: StoredGroup) async throws {
        try await gateway.watch.forEver([gateway.keys.loadWishes]) {
            let list = try await gateway.redis.send(["RPOP", .text(gateway.keys.loadWishes), 100])
            let wishes = (list.array ?? []).compactMap { $0.string.flatMap { try? LoadWish(json: $0) } }
            for piece in wishes.compactMap({ FilmPiece(rendition: $0.rendition, index: $0.index) }) {
                let key = gateway.keys.filmSegment(
                    group.stream, version: group.version, rendition: piece.rendition, index: piece.index)
                _ = try await gateway.redis.send(["SET", .text(key), .bytes(FilmHands.bytes(piece)), "PX", 60_000])
                _ = try await gateway.redis.send([
                    "PUBLISH", .text(gateway.keys.filmChannel(group.stream)), .text(piece.description),
                ])
            }
        }
    }

    @Test func onlyWhatTheStoresAloneWereAskedForIsTheirs() throws {
        let piece = try #require(FilmPiece(rendition: "720p", index: 3))
        let name = FilmSegmentName(film: FilmSamples.film, version: FilmSamples.version, piece: piece)
        let now = ContinuousClock.now
        func wants(isStored: Bool) -> FilmWants {
            var wants = FilmWants()
            wants.hold(name)
            wants.located(name, isStored: isStored, at: now)
            return wants
        }
        var loaded = wants(isStored: true)
        loaded.hint(piece, at: now)
        #expect(loaded.wasLoaded(name))
        var made = wants(isStored: false)
        made.hint(piece, at: now)
        #expect(!made.wasLoaded(name))
        var late = wants(isStored: true)
        _ = late.expire(at: now + FilmWants.loadPatience)
        late.hint(piece, at: now)
        #expect(!late.wasLoaded(name))
        var lost = wants(isStored: true)
        lost.hint(piece, failed: true, at: now)
        lost.hint(piece, at: now)
        #expect(!lost.wasLoaded(name))
    }

    @Test func whoLeavesForTheProviderCostsUsNothing() async throws {
        try await GatewayFixture.withOwner(PlayableFile.info) { gateway in
            try await gateway.resolve("https://cdn.example.com/vauth/abc.mp4")
            let path = "/api/stream/vod/1906?session=viewer-0001"
            #expect(try await gateway.http.get(path).header("location") == "https://cdn.example.com/vauth/abc.mp4")
            // The connection is taken: the next one watches through us.
            #expect(try await gateway.http.get(path + "x").header("x-direct-play") == "is_read")
            let counted = try await gateway.counted { $0["offered:vod:720p"] != nil }
            #expect(counted["direct:vod:original"] == Int64(PlayableFile.size))
            #expect(counted["offered:vod:720p"] == 60_000 && counted["views:vod:720p"] == 2)
            #expect(Traffic(counted).savedByDirectPlay == Int64(PlayableFile.size))
        }
    }

    @Test func readingAheadIsNoHit() async throws {
        try await GatewayFixture.withOwner(PlayableFile.info, ["DIRECT_PLAY": "proxy"]) { gateway in
            let whole = try await gateway.http.get("/api/stream/vod/1906?session=viewer-0001")
            #expect(whole.body.readableBytes == PlayableFile.size)
            let once = try await gateway.counted { $0["segments:vod:direct"] == 4 }
            #expect(once["cached:vod:direct"] == nil && once["bytes:vod:direct"] == Int64(PlayableFile.size))
            // All of its 60 s, but for rounding.
            #expect((59_996...60_000).contains(once["played:vod:direct"] ?? 0))
            _ = try await gateway.http.get("/api/stream/vod/1906?session=viewer-0001")
            let twice = try await gateway.counted { $0["segments:vod:direct"] == 8 }
            #expect(twice["cached:vod:direct"] == 4)
        }
    }
}

extension GatewayFixture {
    /// The books of all that was reported so far, by kinds, once they satisfy `condition`.
    func counted(_ condition: ([String: Int64]) -> Bool) async throws -> [String: Int64] {
        var books: [String: Int64] = [:]
        try await eventually(within: .seconds(30)) {
            books = [:]
            let reports = try await redis.send(["LRANGE", .text(keys.usageReports), 0, -1]).array ?? []
            for report in reports.compactMap({ $0.string.flatMap { try? UsageReport(json: $0) } }) {
                for entry in report.entries {
                    for (name, count) in entry.amounts {
                        books["\(name):\(entry.stream.kind.rawValue):\(entry.rendition)", default: 0] += count
                    }
                }
            }
            return condition(books)
        }
        return books
    }
}
