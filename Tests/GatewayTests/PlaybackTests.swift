import Contracts
import Foundation
import NIOCore
import NIOHTTP1
import Redis
import Testing

@testable import Gateway

/// A viewer's way through the gateway, over real HTTP, against a real Redis, with the owner played by hand.
@Suite struct PlaybackTests {
    @Test func aColdChannelIsHeldUntilItsFirstSegment() async throws {
        try await GatewayFixture.run { gateway in
            async let held = gateway.http.get("/api/hls/live-8/master.m3u8?session=viewer-0001")
            let claimed = try await gateway.owner.play(Samples.stream, count: 1)
            let master = try await held
            #expect(master.status == 200)
            #expect(master.header("content-type") == "application/vnd.apple.mpegurl")
            #expect(master.header("cache-control")?.contains("max-age=1") == true)
            #expect(master.text.contains("RESOLUTION=1280x720") && master.text.contains("\ns/viewer-0001/720p.m3u8\n"))

            let playlist = try await gateway.http.get("/api/hls/live-8/s/viewer-0001/480p.m3u8")
            #expect(playlist.status == 200 && playlist.text.contains("#EXT-X-MEDIA-SEQUENCE:\(claimed.nextSequence)\n"))
            let uri = try #require(playlist.text.split(separator: "\n").last { $0.hasSuffix(".ts") })
            #expect(uri.hasPrefix("../../"))
            let segment = try await gateway.http.get("/api/hls/live-8/" + uri.dropFirst(6))
            #expect(segment.status == 200 && segment.header("content-type") == "video/mp2t")
            #expect(segment.header("cache-control") == "public, max-age=52, immutable")
            #expect(segment.body == OwnerHands.bytes(claimed.nextSequence, "480p", count: 1_880))

            let plain = try await gateway.http.get("/api/hls/live-8/480p.m3u8")
            #expect(plain.text.contains("\n" + uri.dropFirst(6) + "\n"))
        }
    }

    @Test func playlistsAreCompressedAndRevalidated() async throws {
        try await GatewayFixture.run { gateway in
            async let first = gateway.http.get("/api/hls/live-8/720p.m3u8")
            _ = try await gateway.owner.play(Samples.stream, count: 6)
            _ = try await first
            let path = "/api/hls/live-8/720p.m3u8"
            try await gateway.eventually {
                try await gateway.http.get(path).text.components(separatedBy: ".ts").count == 7
            }
            let plain = try await gateway.http.get(path)
            let packed = try await gateway.http.get(path, ["Accept-Encoding": "gzip, deflate"])
            #expect(
                packed.header("content-encoding") == "gzip"
                    && packed.header("vary")?.contains("Accept-Encoding") == true)
            #expect(packed.body.readableBytes < plain.body.readableBytes)
            #expect(try Gunzip.text(packed.body) == plain.text)
            #expect(packed.header("etag") != plain.header("etag"))
            for answer in [plain, packed] {
                let etag = try #require(answer.header("etag"))
                let again = try await gateway.http.get(path, ["If-None-Match": etag])
                #expect(again.status == 304 && again.body.readableBytes == 0)
            }
            let head = try await gateway.http.get(path, method: .HEAD)
            #expect(head.status == 200 && head.header("content-length") == String(plain.body.readableBytes))
            #expect(head.body.readableBytes == 0 && head.header("etag") == plain.header("etag"))
        }
    }

    @Test func aBlockingReloadIsHeldUntilTheSegmentIsThere() async throws {
        try await GatewayFixture.run { gateway in
            async let first = gateway.http.get("/api/hls/live-8/360p.m3u8")
            let claimed = try await gateway.owner.play(Samples.stream, count: 3)
            _ = try await first
            let last = claimed.nextSequence + 2
            try await gateway.eventually {
                try await gateway.http.get("/api/hls/live-8/360p.m3u8").text.contains("-\(last).ts")
            }
            async let held = gateway.http.get("/api/hls/live-8/360p.m3u8?_HLS_msn=\(last + 1)")
            try await gateway.owner.record(Samples.stream, claimed, offset: 3)
            let answer = try await held
            #expect(answer.status == 200 && answer.text.contains("-\(last + 1).ts"))
            #expect(answer.header("cache-control") == "max-age=24")
            let ahead = try await gateway.http.get("/api/hls/live-8/360p.m3u8?_HLS_msn=\(last + 9)")
            #expect(ahead.status == 400 && ahead.code == "bad_delivery_directive")
        }
    }

    /// Hints are only hints: with the subscriber cut at the moment of recording, the waiter is answered all the same.
    @Test func aLostHintIsMadeUpFor() async throws {
        try await GatewayFixture.run { gateway in
            async let first = gateway.http.get("/api/hls/live-8/720p.m3u8")
            let claimed = try await gateway.owner.play(Samples.stream, count: 3)
            _ = try await first
            try await gateway.eventually {
                try await gateway.http.get("/api/hls/live-8/720p.m3u8").text.contains("-\(claimed.nextSequence + 2).ts")
            }
            for offset in Int64(3)..<6 {
                let wanted = claimed.nextSequence + offset
                async let held = gateway.http.get("/api/hls/live-8/720p.m3u8?_HLS_msn=\(wanted)")
                _ = try await gateway.redis.send(["CLIENT", "KILL", "TYPE", "pubsub"])
                try await gateway.owner.record(Samples.stream, claimed, offset: offset)
                let answer = try await held
                #expect(answer.status == 200 && answer.text.contains("-\(wanted).ts"))
            }
        }
    }

    /// Who could say it would move everybody who plays plain paths to another channel.
    @Test func plainPathsCountUnderANameThatNobodyCanSay() async throws {
        try await GatewayFixture.run { gateway in
            async let first = gateway.http.get("/api/hls/live-8/720p.m3u8")
            _ = try await gateway.owner.play(Samples.stream)
            #expect(try await first.status == 200)
            let name = "anonymous.gw-test"
            try await gateway.eventually {
                try await gateway.redis.send([
                    "ZSCORE", .text(gateway.keys.viewers(Samples.stream)), .text(name),
                ]).string != nil
            }
            for path in ["/api/hls/live-9/master.m3u8?session=\(name)", "/api/hls/live-9/s/\(name)/720p.m3u8"] {
                let said = try await gateway.http.get(path)
                #expect(said.status == 400 && said.code == "bad_session", "\(path): \(said.text)")
            }
        }
    }

    @Test func anEndedStreamSaysSo() async throws {
        try await GatewayFixture.run { gateway in
            async let first = gateway.http.get("/api/hls/live-8/720p.m3u8")
            let claimed = try await gateway.owner.play(Samples.stream)
            _ = try await first
            try await gateway.owner.release(Samples.stream, claimed, state: .ended)
            try await gateway.eventually {
                try await gateway.http.get("/api/hls/live-8/720p.m3u8").text.contains("#EXT-X-ENDLIST")
            }
        }
    }

    @Test func aTakeoverContinuesThePlaylistBehindADiscontinuity() async throws {
        try await GatewayFixture.run { gateway in
            async let first = gateway.http.get("/api/hls/live-8/720p.m3u8")
            let dead = try await gateway.owner.play(Samples.stream)
            _ = try await first
            // The owner is gone without a word: its lease runs out.
            _ = try await gateway.redis.send(["HSET", .text(gateway.keys.stream(Samples.stream)), "lease_until", "0"])
            async let held = gateway.http.get("/api/hls/live-8/720p.m3u8?_HLS_msn=\(dead.nextSequence + 3)")
            let successor = try await gateway.owner.claim(Samples.stream)
            #expect(successor.nextSequence == dead.nextSequence + 3)
            try await gateway.owner.describe(Samples.stream, successor)
            try await gateway.owner.record(Samples.stream, successor, offset: 0)
            let text = try await held.text
            #expect(text.contains("#EXT-X-MEDIA-SEQUENCE:\(dead.nextSequence)\n"))
            #expect(text.contains("#EXT-X-DISCONTINUITY-SEQUENCE:0\n") && text.contains("\n#EXT-X-DISCONTINUITY\n"))
            #expect(text.contains("/\(successor.epoch)-\(dead.nextSequence + 3).ts"))
        }
    }

    @Test func anEndlessResponseBeginsNearTheEdgeAndGoesOn() async throws {
        try await GatewayFixture.run { gateway in
            let (firstBytes, begins) = AsyncStream.makeStream(of: Void.self)
            async let direct = {
                defer { begins.finish() }
                return try await gateway.http.beginning(of: "/api/live/8/direct?quality=360p") {
                    if $0.readableBytes > 0 { begins.finish() }
                    return $0.readableBytes >= 4 * 1_880
                }
            }()
            let claimed = try await gateway.owner.play(Samples.stream, count: 3)
            // It begins with what there is by then, three segments at most; only what is recorded later makes it four.
            for await _ in firstBytes {}
            try await gateway.owner.record(Samples.stream, claimed, offset: 3)
            try await gateway.owner.record(Samples.stream, claimed, offset: 4)
            try await gateway.owner.record(Samples.stream, claimed, offset: 5)
            let answer = try await direct
            #expect(answer.status == 200 && answer.header("content-type") == "video/mp2t")
            let text = String(buffer: answer.body)
            let marks = (0..<6).compactMap { text.range(of: "360p/\(claimed.nextSequence + Int64($0))/")?.lowerBound }
            #expect(marks.count >= 4 && marks == marks.sorted())
        }
    }
}
