import Foundation
import NIOHTTP1
import TestSupport
import Testing

extension EndToEnd {
    /// An account of one connection: zapping works, and others are told the truth.
    @Suite(.serialized) struct ConnectionLimitTests {
        private func oneConnection() -> DashStack.Options {
            var options = DashStack.Options()
            options.transcoders = 2
            options.providerOptions = ["--max-connections", "1"]
            return options
        }

        @Test(.timeLimit(.minutes(6)))
        func oneViewerZapsTwentyTimesAndAlwaysGetsTheNewChannel() async throws {
            try await DashStack.with(oneConnection()) { stack in
                let provider = try stack.requireProvider()
                let session = "zapper-\(UUID().uuidString.prefix(8))"
                var newest: Int64 = 0
                for turn in 0..<20 {
                    let channel = turn.isMultiple(of: 2) ? 7 : 8
                    let master = try await SimpleHTTP.send("GET", "\(stack.master(channel))?session=\(session)")
                    #expect(master.status == 200, "zap \(turn): \(master.text)")
                    let playlist = try await SimpleHTTP.send(
                        "GET", "\(stack.url)/api/hls/live-\(channel)/s/\(session)/360p.m3u8")
                    // Each zap starts the channel anew: what is shown is of this start, not left from an earlier one.
                    let epoch = try #require(Self.epoch(of: playlist.text), "zap \(turn): \(playlist.text)")
                    #expect(epoch > newest, "zap \(turn): \(playlist.text)")
                    newest = epoch
                }
                let counters = try await provider.counters()
                #expect(counters.peak == 1, "never two connections")
            }
        }

        /// The owner's epoch, from the name of the last segment: `…/1795517421000-1795517421.ts`.
        private static func epoch(of playlist: String) -> Int64? {
            playlist.split(separator: "\n").last { $0.hasSuffix(".ts") }?.split(separator: "/").last?
                .split(separator: "-").first.flatMap { Int64($0) }
        }

        @Test(.timeLimit(.minutes(5)))
        func aSecondChannelIsRefusedWhileTheFirstIsWatchedAndGivenAfterwards() async throws {
            try await DashStack.with(oneConnection()) { stack in
                let watching = Task { try await HLSClient(stack.master(7)).record(segments: 400, within: .seconds(40)) }
                try await EndToEnd.waitForSegments(stack, channel: 7, atLeast: 2)
                let refused = try await SimpleHTTP.send("GET", stack.master(8))
                #expect(refused.status == 503, "\(refused.text)")
                #expect(refused.text.contains("\"code\":\"no_free_connection\""), "\(refused.text)")
                #expect(refused.headers.first(name: "retry-after") != nil)
                watching.cancel()
                _ = try? await watching.value
                let deadline = ContinuousClock.now + .seconds(60)
                var answer = refused
                while answer.status != 200, ContinuousClock.now < deadline {
                    answer = try await SimpleHTTP.send("GET", stack.master(8))
                }
                #expect(answer.status == 200, "\(answer.text)")
                let counters = try await stack.requireProvider().counters()
                #expect(counters.peak == 1)
            }
        }
    }
}
