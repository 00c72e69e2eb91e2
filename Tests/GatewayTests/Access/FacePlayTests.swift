import Contracts
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import Gateway

/// A panel's play addresses with this gateway's viewers.
@Suite struct FacePlayTests {
    @Test func aChannelPlaysByNameAndPassword() async throws {
        try await Guarded.run { gateway in
            try await gateway.addViewer("ama")
            let account = "ama/correct%20horse"
            async let playing = gateway.http.get("/live/\(account)/8.m3u8")
            _ = try await gateway.owner.play(Samples.stream)
            let master = try await playing
            #expect(
                master.status == 200 && master.header("content-type") == MediaPlaylist.contentType, "\(master.text)")
            #expect(!master.text.contains("correct"), "credentials stay out of playlists")
            // As a player resolves it against the address that it asked for.
            let line = try #require(master.text.split(separator: "\n").first { !$0.hasPrefix("#") })
            let base = try #require(URL(string: "http://host/live/\(account)/8.m3u8"))
            let media = try #require(URL(string: String(line), relativeTo: base)?.absoluteURL.path)
            let playlist = try await gateway.http.get(media)
            #expect(playlist.status == 200 && playlist.text.contains(".ts"), "\(media): \(playlist.text)")

            let stream = try await gateway.http.beginning(of: "/live/\(account)/8.ts?quality=360p") {
                $0.readableBytes >= 1_880
            }
            #expect(stream.status == 200 && stream.header("content-type") == "video/mp2t")
            #expect(stream.text.hasPrefix("360p/"))
        }
    }

    @Test func whoGuessesAtTheFaceIsSlowedToo() async throws {
        try await Guarded.run { gateway in
            try await gateway.addViewer("ama")
            var codes: [String?] = []
            for number in 0..<6 { codes.append(try await gateway.http.get("/live/ama/guess\(number)/8.m3u8").code) }
            #expect(codes.prefix(5).allSatisfy { $0 == "wrong_credentials" } && codes.last == "too_many_attempts")
            for path in ["/live/%zz/x/8.m3u8", "/movie/a/%00%ff/1.mp4", "/series/ama/%2e%2e/1.mkv"] {
                let answer = try await gateway.http.get(path)
                #expect([401, 429].contains(answer.status), "\(path): \(answer.text)")
            }
        }
    }

    @Test func withoutAccountsAnyNameWillDo() async throws {
        try await GatewayFixture.run { gateway in
            async let playing = gateway.http.get("/live/any/thing/8.m3u8")
            _ = try await gateway.owner.play(Samples.stream)
            #expect(try await playing.status == 200)
            for (path, status) in [
                ("/live/a/b/x.m3u8", 400), ("/live/a/b/8.exe", 404), ("/movie/a/b/x.mp4", 400),
                ("/movie/a/b/1.m%0a4", 400),
            ] {
                let answer = try await gateway.http.get(path)
                #expect(answer.status == status && answer.code != nil, "\(path): \(answer.text)")
            }
        }
    }
}
