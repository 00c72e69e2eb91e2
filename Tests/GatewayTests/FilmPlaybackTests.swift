import Contracts
import Foundation
import NIOCore
import NIOHTTP1
import Redis
import TestSupport
import Testing

@testable import Gateway

/// A viewer's way through a film, over real HTTP, against a real Redis, with the owner played by hand.
@Suite struct FilmPlaybackTests {
    private static let master = "/api/hls/vod-1906/master.m3u8?session=viewer-0001"

    private func uris(_ text: String) -> [String] {
        text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
    }

    /// Address of a segment; what else came instead of a playlist is shown.
    private func uri(_ number: Int, in text: String) throws -> String {
        let all = uris(text)
        let found = all.indices.contains(number) ? all[number] : nil
        return try #require(found?.hasSuffix(".ts") == true ? found : nil, "\(text)")
    }

    @Test func aFilmPlaysFromTheProbeOn() async throws {
        try await GatewayFixture.run { gateway in
            async let held = gateway.http.get(Self.master)
            let claimed = try await gateway.films.open()
            let master = try await held
            #expect(master.status == 200 && master.header("content-type") == "application/vnd.apple.mpegurl")
            #expect(master.header("cache-control") == "private, max-age=1")
            #expect(uris(master.text).first == "s/viewer-0001/720p.m3u8")

            // The whole film is there, and nothing of it is made.
            let path = "/api/hls/vod-1906/s/viewer-0001/480p.m3u8"
            let playlist = try await gateway.http.get(path)
            #expect(playlist.status == 200 && playlist.header("cache-control") == "max-age=3600")
            let list = TestSupport.MediaPlaylist.parse(playlist.text)
            #expect(list.violations.list.isEmpty && list.playlist.isEnded)
            #expect(list.playlist.segments.count == FilmSamples.info().grid.segmentCount)

            // Its first segment is wished for before anybody asks.
            try await gateway.films.awaitWishes(claimed, [FilmPiece(rendition: "480p", index: 0)!])

            let last = try #require(uris(playlist.text).last)
            async let segment = gateway.http.get("/api/hls/vod-1906/" + last.dropFirst(6))
            let piece = FilmPiece(rendition: "480p", index: list.playlist.segments.count - 1)!
            try await gateway.films.awaitWishes(claimed, [piece])
            try await gateway.films.deliver(claimed, piece)
            let answer = try await segment
            #expect(answer.status == 200 && answer.body == FilmHands.bytes(piece))
            #expect(answer.header("content-type") == "video/mp2t")
            #expect(answer.header("cache-control") == "public, max-age=31536000, immutable")

            // The owner hears where the viewer is.
            try await gateway.eventually { try await gateway.films.renew(claimed).positions[piece] != nil }
            let again = try await gateway.http.get(
                "/api/hls/vod-1906/" + last.dropFirst(6), ["If-None-Match": try #require(answer.header("etag"))])
            #expect(again.status == 304)
        }
    }

    @Test func playlistsAreCompressedRevalidatedAndSaySizeToHEAD() async throws {
        try await GatewayFixture.run(["HLS_PLAYLIST_TTL": "120"]) { gateway in
            let path = "/api/hls/vod-1906/720p.m3u8"
            let unknown = try await gateway.http.get(path, method: .HEAD)
            #expect(unknown.status == 200 && unknown.header("content-length") == nil)
            #expect(try await gateway.redis.send(["EXISTS", .text(gateway.keys.wanted)]).integer == 0)

            async let first = gateway.http.get(path)
            _ = try await gateway.films.open()
            let plain = try await first
            #expect(plain.status == 200 && plain.header("cache-control") == "max-age=120")
            // Without a session the segments lie beside the playlist.
            #expect(uris(plain.text).allSatisfy { !$0.hasPrefix(".") })
            let packed = try await gateway.http.get(path, ["Accept-Encoding": "gzip"])
            #expect(packed.header("content-encoding") == "gzip" && packed.body.readableBytes < plain.body.readableBytes)
            #expect(try Gunzip.text(packed.body) == plain.text)
            let etag = try #require(plain.header("etag"))
            #expect(try await gateway.http.get(path, ["If-None-Match": etag]).status == 304)
            let head = try await gateway.http.get(path, method: .HEAD)
            #expect(head.header("content-length") == String(plain.body.readableBytes) && head.header("etag") == etag)
        }
    }

    @Test func tenViewersOfOnePieceAreOneWish() async throws {
        try await GatewayFixture.run { gateway in
            async let playlist = gateway.http.get("/api/hls/vod-1906/720p.m3u8")
            let claimed = try await gateway.films.open()
            let uri = try uri(7, in: try await playlist.text)
            let piece = FilmPiece(rendition: "720p", index: 7)!
            let bodies = try await withThrowingTaskGroup(of: HTTPProbe.Answer.self) { group in
                for _ in 0..<10 { group.addTask { try await gateway.http.get("/api/hls/vod-1906/\(uri)") } }
                try await gateway.films.awaitWishes(claimed, [piece])
                try await gateway.films.deliver(claimed, piece)
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(bodies.count == 10 && bodies.allSatisfy { $0.status == 200 && $0.body == FilmHands.bytes(piece) })
            // From memory now: the bytes may leave the media Redis.
            let key = gateway.keys.filmSegment(
                FilmSamples.film, version: FilmSamples.version, rendition: "720p", index: 7)
            _ = try await gateway.redis.send(["DEL", .text(key)])
            #expect(try await gateway.http.get("/api/hls/vod-1906/\(uri)").body == FilmHands.bytes(piece))
        }
    }

    /// Hints are only hints: pieces whose hint is lost are found all the same.
    @Test func aLostHintIsMadeUpFor() async throws {
        try await GatewayFixture.run { gateway in
            async let playlist = gateway.http.get("/api/hls/vod-1906/720p.m3u8")
            let claimed = try await gateway.films.open()
            let uri = try uri(3, in: try await playlist.text)
            let piece = FilmPiece(rendition: "720p", index: 3)!
            async let held = gateway.http.get("/api/hls/vod-1906/\(uri)")
            try await gateway.films.awaitWishes(claimed, [piece])
            try await gateway.films.deliver(claimed, piece, isSilent: true)
            let answer = try await held
            #expect(answer.body == FilmHands.bytes(piece))
        }
    }

    /// Killed while it is waited for: the next owner is asked for the same piece.
    @Test func anotherOwnerGoesOn() async throws {
        try await GatewayFixture.run { gateway in
            async let playlist = gateway.http.get("/api/hls/vod-1906/360p.m3u8")
            let dead = try await gateway.films.open()
            // It made something, so the film is not suspected of having killed it.
            try await gateway.films.deliver(dead, FilmPiece(rendition: "360p", index: 0)!)
            let uri = try uri(5, in: try await playlist.text)
            let piece = FilmPiece(rendition: "360p", index: 5)!
            async let held = gateway.http.get("/api/hls/vod-1906/\(uri)")
            try await gateway.films.awaitWishes(dead, [piece])
            _ = try await gateway.redis.send(["HSET", .text(gateway.keys.stream(FilmSamples.film)), "lease_until", "0"])
            let successor = try await gateway.films.claim()
            #expect(successor.infoText != nil)
            try await gateway.films.awaitWishes(successor, [piece])
            try await gateway.films.deliver(successor, piece)
            let answer = try await held
            #expect(answer.body == FilmHands.bytes(piece))
        }
    }

    /// A viewer who seeks away leaves no wish behind.
    @Test func whoLeavesIsNotWaitedFor() async throws {
        try await GatewayFixture.run { gateway in
            async let playlist = gateway.http.get("/api/hls/vod-1906/720p.m3u8")
            let claimed = try await gateway.films.open()
            let uri = try uri(9, in: try await playlist.text)
            let piece = FilmPiece(rendition: "720p", index: 9)!
            let viewer = Task { try await gateway.http.get("/api/hls/vod-1906/\(uri)") }
            try await gateway.films.awaitWishes(claimed, [piece])
            viewer.cancel()
            _ = try? await viewer.value
            try await gateway.eventually { try await !gateway.films.renew(claimed).wishes.contains(piece) }
        }
    }

    /// It is nobody's failure: an answer of its own for the figures, which only a half-closed connection can still read.
    @Test func whoHasLeftIsToldApart() async throws {
        try await GatewayFixture.run { gateway in
            async let playlist = gateway.http.get("/api/hls/vod-1906/720p.m3u8")
            let claimed = try await gateway.films.open()
            let uri = try uri(9, in: try await playlist.text)
            let piece = FilmPiece(rendition: "720p", index: 9)!
            let answer = try await gateway.http.raw(
                "GET /api/hls/vod-1906/\(uri) HTTP/1.1\r\nHost: here\r\n\r\n",
                halfClosing: { try await gateway.films.awaitWishes(claimed, [piece]) })
            #expect(answer.hasPrefix("HTTP/1.1 499 ") && answer.contains(#""code":"viewer_left""#), "\(answer)")
        }
    }

    @Test func aFilmFreesTheChannelThatTheViewerWatched() async throws {
        try await GatewayFixture.run { gateway in
            async let live = gateway.http.get("/api/hls/live-8/master.m3u8?session=viewer-0001")
            _ = try await gateway.owner.play(Samples.stream)
            _ = try await live
            async let film = gateway.http.get(Self.master)
            _ = try await gateway.films.open()
            let answer = try await film
            #expect(answer.status == 200)
            let release = try await gateway.redis.send([
                "HGET", .text(gateway.keys.stream(Samples.stream)), "release_at",
            ])
            #expect((release.integer ?? 0) > 0)
        }
    }

    @Test func failuresAreToldAtOnce() async throws {
        try await GatewayFixture.run { gateway in
            async let held = gateway.http.get(Self.master)
            let claimed = try await gateway.films.claim()
            try await gateway.films.fail(
                claimed, StreamReason(code: "film_unavailable", message: "The provider does not have this film."))
            let answer = try await held
            #expect(answer.status == 404 && answer.code == "film_unavailable")
            #expect(answer.header("cache-control") == "no-store")
            for path in ["/api/hls/vod-1906/720p.m3u8", Self.master] {
                #expect(try await gateway.http.get(path).code == "film_unavailable")
            }
        }
    }

    @Test func everyWaitEnds() async throws {
        try await GatewayFixture.run(["FILM_START_TIMEOUT": "1s", "FILM_SEGMENT_TIMEOUT": "1s"]) { gateway in
            let nobody = try await gateway.http.get(Self.master)
            #expect(nobody.status == 504 && nobody.code == "start_timeout" && nobody.header("retry-after") != nil)
            let claimed = try await gateway.films.open()
            let playlist = try await gateway.http.get("/api/hls/vod-1906/720p.m3u8")
            let late = try await gateway.http.get("/api/hls/vod-1906/\(uris(playlist.text)[4])")
            #expect(late.status == 503 && late.code == "provider_slow" && late.header("retry-after") != nil)
            #expect(late.header("cache-control") == "no-store")
            _ = try await gateway.films.renew(claimed)
        }
    }

    @Test func aChangedFilmIsSaidToHaveChanged() async throws {
        try await GatewayFixture.run { gateway in
            async let playlist = gateway.http.get("/api/hls/vod-1906/720p.m3u8")
            let claimed = try await gateway.films.open()
            let uri = try uri(2, in: try await playlist.text)
            let info = FilmSamples.info(version: "fedcba987654")
            try await gateway.films.describe(claimed, info)
            try await gateway.eventually {
                try await gateway.http.get("/api/hls/vod-1906/720p.m3u8").text.contains("fedcba987654")
            }
            let old = try await gateway.http.get("/api/hls/vod-1906/\(uri)")
            #expect(old.status == 404 && old.code == "film_changed")
        }
    }

    @Test func nonsenseIsRefused() async throws {
        try await GatewayFixture.run { gateway in
            async let playlist = gateway.http.get("/api/hls/vod-1906/720p.m3u8")
            let claimed = try await gateway.films.open()
            let good = try uri(0, in: try await playlist.text)
            try await gateway.films.deliver(claimed, FilmPiece(rendition: "720p", index: 0)!)
            let parts = good.split(separator: "/").map(String.init)
            let root = "/api/hls/vod-1906"
            for (path, status) in [
                ("\(root)/\(parts[0])x/720p/\(parts[2])/0.ts", 403), ("\(root)/x/720p/\(parts[2])/0.ts", 403),
                ("\(root)/\(parts[0])/720p/fedcba987654/0.ts", 403),
                ("/api/hls/vod-1907/\(good)", 403), ("/api/hls/live-8/\(good)", 404),
                ("\(root)/\(parts[0])/720p/\(parts[2])/9999.ts", 404),
                ("\(root)/\(parts[0])/1080p/\(parts[2])/0.ts", 404),
                ("\(root)/\(parts[0])/source/\(parts[2])/0.ts", 400),
                ("\(root)/\(parts[0])/720p/\(parts[2])/00.ts", 400), ("\(root)/\(parts[0])/720p/zz/0.ts", 400),
                ("\(root)/999p.m3u8", 400), ("\(root)/subs-eng.m3u8", 400), ("\(root)/audio-deu.m3u8", 400),
                ("\(root)/720p.mpd", 404), ("\(root)/s/x/720p.m3u8", 400), ("\(root)/master.m3u8?session=x", 400),
                ("\(root)/master.m3u8?quality=721p", 400), ("/api/hls/vod-19x6/master.m3u8", 400),
                ("/api/hls/series-55-1/master.m3u8", 400), ("/api/hls/film-1/master.m3u8", 400),
            ] {
                let answer = try await gateway.http.get(path)
                #expect(answer.status == status, "\(path): \(answer.status) \(answer.code ?? "")")
                #expect(answer.code != nil && answer.header("cache-control") == "no-store", "\(path)")
            }
            #expect(try await gateway.http.get("\(root)/\(good)?token=1&x=../").status == 200)
        }
    }

    @Test func stoppingLetsNobodyHang() async throws {
        let held = Mutexed<Task<HTTPProbe.Answer, any Error>?>(nil)
        try await GatewayFixture.run { gateway in
            let request = Task { try await gateway.http.get(Self.master) }
            held.value = request
            // Held: the gateway has said that the film is wanted. Now it is stopped.
            _ = try await gateway.films.claim()
        }
        let answer = try await held.value?.value
        #expect(answer?.status == 503 && answer?.code == "shutting_down")
    }
}
