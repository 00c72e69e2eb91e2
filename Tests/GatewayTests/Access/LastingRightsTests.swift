import Contracts
import Foundation
import NIOCore
import NIOHTTP1
import Redis
import TestSupport
import Testing

@testable import Gateway

/// What counts as playing, and what becomes of it when an account or Redis goes away meanwhile.
@Suite struct LastingRightsTests {
    private static let master = "/api/hls/live-8/master.m3u8"

    @Test func readingAboutAFilmIsNoPlay() async throws {
        try await GatewayFixture.run(["ACCESS": "viewers"]) { gateway in
            try await gateway.addViewer("ama", .init(streams: 1))
            try await gateway.addViewer("kofi", .init(kinds: [.live]))
            let (ama, kofi) = (try await gateway.cookie("ama"), try await gateway.cookie("kofi"))
            for kind in ["probe", "info"] {
                let path = "/api/stream/\(kind)/vod/1906"
                let head = try await gateway.http.get(path, ama, method: .HEAD)
                #expect(head.status == 200)
                let other = try await gateway.http.get(path, kofi)
                #expect(other.status == 403 && other.code == "kind_not_allowed", "\(other.text)")
            }
        } after: { gateway in
            let playing = try await gateway.redis.send(["ZCARD", .text(gateway.keys.playing("ama"))])
            #expect(playing.integer == 0)
        }
    }

    /// It would go on for as long as the viewer's device is on.
    @Test func anEndlessResponseEndsWithItsAccount() async throws {
        try await Guarded.run { gateway in
            try await gateway.addViewer("ama")
            let cookie = try await gateway.cookie("ama")
            let (firstBytes, begins) = AsyncStream.makeStream(of: Void.self)
            async let direct = {
                defer { begins.finish() }
                return try await gateway.http.beginning(of: "/api/live/8/direct?quality=360p", cookie) {
                    if $0.readableBytes > 0 { begins.finish() }
                    return false
                }
            }()
            let claimed = try await gateway.owner.play(Samples.stream, count: 3)
            for await _ in firstBytes {}
            let removed = try await gateway.admin("/api/admin/viewers/ama", method: .DELETE)
            #expect(removed.status == 200, "\(removed.text)")
            try await gateway.owner.record(Samples.stream, claimed, offset: 3)
            // The server ends it: the client would read on.
            let answer = try await direct
            #expect(answer.status == 200 && answer.text.hasPrefix("360p/"))
            #expect(!answer.text.contains("360p/\(claimed.nextSequence + 3)/"))
        }
    }

    /// Two commands would wait for it, 5 s each.
    @Test func aRunningChannelDoesNotWaitForARedisThatIsAway() async throws {
        try await Guarded.run { gateway in
            try await gateway.addViewer("ama")
            let cookie = try await gateway.cookie("ama")
            async let playing = gateway.http.get(Self.master, cookie)
            _ = try await gateway.owner.play(Samples.stream)
            #expect(try await playing.status == 200)
            try await gateway.server.kill()
            let began = ContinuousClock.now
            let answer = try await gateway.http.get(Self.master, cookie)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(ContinuousClock.now - began < .seconds(8))
            try await gateway.server.restart()
        }
    }
}
