import Contracts
import Foundation
import NIOCore
import NIOHTTP1
import Redis
import Testing

@testable import Gateway

/// Films as one file: the provider's own, by Range or by redirect, or an MP4 made of one quality.
@Suite struct FilmFileTests {
    @Test func aPlayableFileIsProxiedByRange() async throws {
        try await GatewayFixture.withOwner(PlayableFile.info, ["DIRECT_PLAY": "proxy"]) { gateway in
            let path = "/api/stream/vod/1906"
            let whole = try await gateway.http.get(path)
            #expect(whole.status == 200 && whole.header("accept-ranges") == "bytes")
            #expect(
                whole.header("content-length") == String(PlayableFile.size)
                    && whole.header("content-type") == "video/mp4")
            #expect(Data(whole.body.readableBytesView) == PlayableFile.bytes)
            let etag = try #require(whole.header("etag"))

            // Across a boundary of blocks, up to the end, and the last bytes.
            let seam = FilmPiece.sourceBlock - 10
            for (range, from, until) in [
                ("bytes=\(seam)-\(seam + 99)", seam, seam + 100), ("bytes=0-0", 0, 1),
                ("bytes=\(PlayableFile.size - 5)-", PlayableFile.size - 5, PlayableFile.size),
                ("bytes=-7", PlayableFile.size - 7, PlayableFile.size),
                ("bytes=\(PlayableFile.size - 5)-99999999", PlayableFile.size - 5, PlayableFile.size),
            ] {
                let part = try await gateway.http.get(path, ["Range": range, "If-Range": etag])
                #expect(part.status == 206, "\(range)")
                #expect(part.header("content-range") == "bytes \(from)-\(until - 1)/\(PlayableFile.size)")
                #expect(Data(part.body.readableBytesView) == PlayableFile.bytes[from..<until], "\(range)")
            }
            let behind = try await gateway.http.get(path, ["Range": "bytes=\(PlayableFile.size)-"])
            #expect(behind.status == 416 && behind.header("content-range") == "bytes */\(PlayableFile.size)")
            #expect(behind.code == "range_not_satisfiable")
            let stale = try await gateway.http.get(path, ["Range": "bytes=0-9", "If-Range": "\"other\""])
            #expect(stale.status == 200 && stale.body.readableBytes == PlayableFile.size)
            #expect(try await gateway.http.get(path, ["If-None-Match": etag]).status == 304)
            let head = try await gateway.http.get(path, ["Range": "bytes=0-9"], method: .HEAD)
            #expect(head.status == 206 && head.header("content-length") == "10" && head.body.readableBytes == 0)

            let json = try await gateway.http.get(path + "?format=json&session=viewer-0001")
            #expect(json.json["delivery"] as? String == "direct")
            #expect((json.json["url"] as? String)?.hasSuffix("?quality=original&session=viewer-0001") == true)
            // Another quality, or HLS in so many words, is another way.
            #expect(try await gateway.http.get(path + "?quality=360p").status == 302)
            #expect(try await gateway.http.get(path + "?format=hls").status == 302)
        }
    }

    @Test func oneQualityIsOneFile() async throws {
        try await GatewayFixture.withOwner(FilmSamples.info(original: nil)) { gateway in
            let count = FilmSamples.info().grid.segmentCount
            let path = "/api/stream/vod/1906?format=mp4&quality=480p"
            let whole = try await gateway.http.get(path)
            #expect(whole.status == 200 && whole.header("content-type") == "video/mp4")
            #expect(whole.header("x-quality") == "480p" && whole.header("accept-ranges") == "none")
            func bytes(_ indices: some Sequence<Int>) -> ByteBuffer {
                indices.reduce(into: ByteBuffer()) {
                    $0.writeImmutableBuffer(FilmHands.bytes(FilmPiece(rendition: "480p.mp4", index: $1)!))
                }
            }
            #expect(whole.body == bytes(-1..<count))
            let later = try await gateway.http.get(path + "&start=30.5")
            let first = FilmSamples.info().grid.segment(atSeconds: 30.5)
            #expect(first > 3 && later.body == bytes([-1] + Array(first..<count)))
            #expect(try await gateway.http.get(path + "&start=61").code == "bad_start")
            let head = try await gateway.http.get(path, method: .HEAD)
            #expect(head.status == 200 && head.header("content-length") == nil && head.body.readableBytes == 0)
        }
    }

    @Test func aPlayableFileLeadsToTheProviderOnce() async throws {
        try await GatewayFixture.withOwner(PlayableFile.info) { gateway in
            try await gateway.resolve("https://cdn.example.com/vauth/abc.mp4")
            let path = "/api/stream/vod/1906?session=viewer-0001"
            let answer = try await gateway.http.get(path)
            #expect(answer.status == 302 && answer.header("location") == "https://cdn.example.com/vauth/abc.mp4")
            #expect(answer.header("cache-control") == "no-store" && answer.header("referrer-policy") == "no-referrer")
            // It holds a connection for a while; a second reader would kill the first.
            let slots = try await gateway.redis.send(["HGETALL", .text(gateway.keys.slots)]).dictionary
            #expect(slots.count == 1 && slots.keys.allSatisfy { $0.hasPrefix("vod-1906|") })
            let second = try await gateway.http.get(path)
            #expect(second.status == 302 && second.header("x-direct-play") == "is_read")
            #expect(
                second.header("location") == "/api/hls/vod-1906/master.m3u8?session=viewer-0001&quality=original")
            let head = try await gateway.http.get(path, method: .HEAD)
            #expect(head.status == 200 && head.header("location") == nil)
        }
    }

    @Test func nobodyIsSentWhereNoConnectionIsFree() async throws {
        try await GatewayFixture.withOwner(PlayableFile.info) { gateway in
            try await gateway.resolve("https://cdn.example.com/vauth/abc.mp4")
            _ = try await gateway.redis.send(["HSET", .text(gateway.keys.slotLimit), "limit", "0"])
            let answer = try await gateway.http.get("/api/stream/vod/1906?session=viewer-0001")
            #expect(answer.status == 302 && answer.header("x-direct-play") == "no_slot")
            #expect(answer.header("location")?.hasPrefix("/api/hls/") == true)
        }
    }

    @Test(arguments: [
        "http://cdn.example.com/vauth/abc.mp4", "https://u:p@cdn.example.com/a.mp4",
        "https://panel.example.com/movie/user/word/1906.mp4", "https://panel.example.com/tv/movie/user/word/1906.mp4",
        "https://cdn.example.com/a.mp4?username=a&password=b",
    ])
    func noCredentialAndNoOpenTokenGoesToAViewer(address: String) async throws {
        #expect(!ProviderRedirect.isSafe(address))
        try await GatewayFixture.withOwner(PlayableFile.info) { gateway in
            try await gateway.resolve(address)
            let answer = try await gateway.http.get("/api/stream/vod/1906?session=viewer-0001")
            #expect(answer.header("x-direct-play") == "unsafe_address")
            #expect(answer.header("location")?.hasPrefix("/api/hls/") == true)
            #expect(try await gateway.redis.send(["HLEN", .text(gateway.keys.slots)]).integer == 0)
        }
    }
}
