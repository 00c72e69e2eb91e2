import Foundation
import Redis
import TestSupport
import Testing

extension EndToEnd {
    /// Films through the whole product: what a provider has only as MKV with HEVC and AC-3 plays in a browser.
    @Suite(.serialized) struct FilmTests {
        @Test(.timeLimit(.minutes(5)))
        func aFilmPlaysWholeAndTheProviderSendsItOnce() async throws {
            try await DashStack.with { stack in
                let provider = try stack.requireProvider()
                let playlist = try await SimpleHTTP.send("GET", "\(stack.url)/api/hls/vod-1906/360p.m3u8", seconds: 40)
                #expect(playlist.status == 200, "\(playlist.text)")
                #expect(playlist.text.contains("#EXT-X-PLAYLIST-TYPE:VOD") && playlist.text.contains("#EXT-X-ENDLIST"))
                let count = playlist.text.split(separator: "\n").count { $0.contains(".ts") }
                #expect(count >= 9, "\(playlist.text)")

                let master = "\(stack.url)/api/hls/vod-1906/master.m3u8"
                let first = try await Self.record(master, count)
                var expectations = HLSExpectations()
                expectations.isLive = false
                expectations.leastMediaSequence = 0
                expectations.keyframeSeconds = nil
                expectations.lengths = nil
                let report = first.validate(expectations)
                #expect(report.violations.isEmpty, "\(report)")

                // A second viewer costs no encoding and not a byte of the provider's.
                let sent = try await provider.counters().opened
                let second = try await Self.record(master, count)
                #expect(second.renditions.map(\.segments) == first.renditions.map(\.segments))
                #expect(try await provider.counters().opened == sent)
                #expect(try await provider.counters().peak == 1)
            }
        }

        @Test(.timeLimit(.minutes(5)))
        func theEndCanBeAskedForFirstAndTheFilmOutlivesItsOwner() async throws {
            var options = DashStack.Options()
            options.transcoders = 2
            try await DashStack.with(options) { stack in
                let playlist = try await SimpleHTTP.send("GET", "\(stack.url)/api/hls/vod-1906/720p.m3u8", seconds: 40)
                let lines = playlist.text.split(separator: "\n").filter { $0.contains(".ts") }.map(String.init)
                let last = try #require(lines.last, "\(playlist.text)")
                #expect(try await Self.segment(stack, last).status == 200)

                let owner = try #require(try await Self.owner(stack), "somebody owns the film")
                try await owner.kill()
                let middle = lines[lines.count / 2]
                let deadline = ContinuousClock.now + .seconds(40)
                var answer = try await Self.segment(stack, middle)
                while answer.status == 503, ContinuousClock.now < deadline {
                    answer = try await Self.segment(stack, middle)
                }
                #expect(answer.status == 200, "\(answer.text)")
            }
        }

        @Test(.timeLimit(.minutes(3)))
        func whatIsNoFilmSaysSo() async throws {
            try await DashStack.with { stack in
                let answer = try await SimpleHTTP.send(
                    "GET", "\(stack.url)/api/stream/vod/999999?format=hls", seconds: 40)
                #expect([404, 502].contains(answer.status), "\(answer.status) \(answer.text)")
                #expect(answer.text.contains("\"success\":false") && answer.text.contains("\"code\":"))
            }
        }

        private static func record(_ master: String, _ segments: Int) async throws -> HLSRecording {
            var client = HLSClient.Options()
            client.renditions = ["360p"]
            return try await HLSClient(master, options: client).record(segments: segments, within: .seconds(120))
        }

        private static func segment(_ stack: DashStack, _ line: String) async throws -> SimpleHTTP.Answer {
            let path = line.hasPrefix("/") ? line : "/api/hls/vod-1906/\(line)"
            return try await SimpleHTTP.send("GET", stack.url + path, seconds: 40)
        }

        private static func owner(_ stack: DashStack) async throws -> ServiceProcess? {
            let reply = try await withRedis(on: stack.redis) { redis in
                try await redis.send(["HGET", "dash:{vod-1906}:stream", "owner"]).string
            }
            return stack.transcoders.first { $0.name == reply }
        }
    }
}
