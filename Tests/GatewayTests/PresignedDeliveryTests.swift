import Contracts
import Foundation
import NIOCore
import NIOHTTP1
import Redis
import Runtime
import S3
import TestSupport
import Testing

@testable import Gateway

/// `SEGMENT_DELIVERY=presigned`: playlists that lead to a real S3-compatible server.
@Suite(.enabled(if: MotoServer.isInstalled, "moto is not installed; ./dash setup does it"))
struct PresignedDeliveryTests {
    private static let group = StoredGroup(stream: FilmSamples.film, version: FilmSamples.version, rendition: "720p")!

    /// A gateway beside a bucket with the segments `indices` of 720p in it, as SegmentStores leave them.
    private func with(
        _ indices: [Int], _ body: @Sendable @escaping (GatewayFixture, MotoServer) async throws -> Void
    ) async throws {
        try await MotoServer.with { server in
            try await server.makeFirstBucket("films")
            let settings = [
                "SEGMENT_DELIVERY": "presigned", "SEGMENT_STORE_URL": "s3://films/kept", "S3_ENDPOINT": server.url,
                "S3_ACCESS_KEY_ID": MotoServer.accessKey, "S3_SECRET_ACCESS_KEY": MotoServer.secretKey,
                "HLS_PLAYLIST_TTL": "86400",
            ]
            let client = try S3Client(try S3Bucket(Settings(environment: settings)))
            for index in indices {
                let one = try segment(index)
                try await client.put(
                    one.path, Array(try bytes(index).readableBytesView), contentType: one.group.contentType)
            }
            await client.shutdown()
            try await GatewayFixture.withOwner(FilmSamples.info(), settings) { gateway in
                for index in indices { try await store(gateway, index) }
                try await body(gateway, server)
            }
        }
    }

    private func segment(_ index: Int) throws -> StoredSegment {
        try #require(StoredSegment(group: Self.group, index: index))
    }

    private func bytes(_ index: Int) throws -> ByteBuffer {
        FilmHands.bytes(try #require(FilmPiece(rendition: "720p", index: index)))
    }

    /// As a SegmentStore does it, once the object is there.
    private func store(_ gateway: GatewayFixture, _ index: Int) async throws {
        let stored = StoredIndex(redis: gateway.redis, keys: gateway.keys)
        let count = try bytes(index).readableBytes
        _ = try await stored.admit(try segment(index), byteCount: count, limit: 1 << 30)
        try await stored.commit(try segment(index), byteCount: count, encodeMilliseconds: 1, payload: "", by: "s")
    }

    private func uris(_ playlist: HTTPProbe.Answer) -> [String] {
        playlist.text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
    }

    @Test func storedSegmentsComeFromTheBucketAndAllOthersThroughUs() async throws {
        try await with([0, 1, 3]) { gateway, server in
            let path = "/api/hls/vod-1906/720p.m3u8"
            let playlist = try await gateway.http.get(path)
            #expect(playlist.status == 200 && playlist.header("cache-control") == "max-age=21600")
            let uris = uris(playlist)
            #expect(uris.count == FilmSamples.info().grid.segmentCount)
            for (index, uri) in uris.enumerated() {
                let isStored = [0, 1, 3].contains(index)
                #expect(uri.hasPrefix("\(server.url)/films/kept/vod-1906/") == isStored, "\(uri)")
                guard index < 6 else { continue }
                let answer =
                    isStored
                    ? try await SimpleHTTP.send("GET", uri).body
                    : Array(try await gateway.http.get("/api/hls/vod-1906/\(uri)").body.readableBytesView)
                #expect(try ByteBuffer(bytes: answer) == bytes(index), "\(index)")
            }
            // The same for the whole day, so that browsers keep what they have; other qualities are not stored.
            #expect(try await self.uris(gateway.http.get(path)) == uris)
            let other = try await gateway.http.get("/api/hls/vod-1906/360p.m3u8")
            #expect(!other.text.contains("://") && other.header("cache-control") == "max-age=86400")
            // Another one is stored: the next reader of the playlist gets it from the bucket.
            try await store(gateway, 5)
            #expect(try await self.uris(gateway.http.get(path))[5].hasPrefix(server.url))
            let head = try await gateway.http.get(path, method: .HEAD)
            #expect(head.status == 200 && head.body.readableBytes == 0)
        }
    }

    /// A full store throws away what it likes, but nothing that a URL leads to.
    @Test func nothingIsThrownAwayBeforeItsAddressExpires() async throws {
        try await with([0, 1]) { gateway, _ in
            let stored = StoredIndex(redis: gateway.redis, keys: gateway.keys)
            let before = try #require(try await stored.records().records.first)
            #expect(before.promised == 0)
            let uri = try #require(uris(try await gateway.http.get("/api/hls/vod-1906/720p.m3u8")).first)
            let (records, now) = try await stored.records()
            let record = try #require(records.first)
            let day: Int64 = 86_400_000
            // The address says when it expires: that is what is promised, and at least a day away.
            let query = URLComponents(string: uri)?.queryItems ?? []
            let start = try #require(query.first { $0.name == "X-Amz-Date" }?.value)
            let seconds = try #require(query.first { $0.name == "X-Amz-Expires" }?.value.flatMap { Int64($0) })
            #expect(start.hasSuffix("T000000Z") && record.promised == now - now % day + seconds * 1000)
            #expect(record.promised > now + day)
            #expect(try await stored.forget(record) == nil)
        }
    }

    @Test func whatIsListedIsCounted() async throws {
        try await with([0, 1, 3]) { gateway, _ in
            let path = "/api/hls/vod-1906/720p.m3u8"
            let playlist = try await gateway.http.get(path)
            // Neither a look nor an answer without a playlist hands anything out.
            _ = try await gateway.http.get(path, method: .HEAD)
            _ = try await gateway.http.get(path, ["If-None-Match": try #require(playlist.header("etag"))])
            let counted = try await gateway.counted { $0["presigned:vod:720p"] != nil }
            #expect(counted["presigned:vod:720p"] == Int64(5_640))
            // Segments of 1, 2 and 4 s.
            #expect(counted["played:vod:720p"] == 7_000)
            #expect(Traffic(counted).savedByBucket == Int64(5_640))
        }
    }

    @Test func aBucketIsNeeded() {
        for url in [nil, "file:///var/lib/segments"] {
            var environment = ["SEGMENT_DELIVERY": "presigned"]
            environment["SEGMENT_STORE_URL"] = url
            let error = #expect(throws: SettingsError.self) {
                try GatewaySettings(Settings(environment: environment), environment: .development)
            }
            #expect(error?.description.hasPrefix("SEGMENT_STORE_URL: ") == true)
        }
    }
}
