import Foundation
import NIOHTTP1
import TestSupport
import Testing

extension EndToEnd {
    /// What the fleet can do, what it saves, and what it says when it is full.
    @Suite(.serialized) struct CapacityTests {
        @Test(.timeLimit(.minutes(4)))
        func onlyWhatIsWatchedIsEncodedAndANewQualityBeginsAtTheEdge() async throws {
            var options = DashStack.Options()
            options.environment = ["LIVE_RENDITIONS": "watched"]
            try await DashStack.with(options) { stack in
                let watching = Task { try await Self.record(stack, "360p", segments: 1000, within: .seconds(150)) }
                defer { watching.cancel() }
                try await EndToEnd.waitForSegments(stack, channel: 8, atLeast: 2)
                // The default quality was made ready for the master playlist; nobody took it up.
                try await Self.waitUntil("only 360p is encoded") { try await Self.encoded(stack) == ["360p"] }
                // What was under way has been finished: the newest segments have 360p alone.
                let then = try #require(try await Self.sequences(stack, "360p").last)
                try await Self.waitUntil("two segments of 360p alone") {
                    try await Self.sequences(stack, "360p").last ?? 0 >= then + 2
                }
                let edge = try #require(try await Self.sequences(stack, "360p").last)

                // Asked for anew: held while the segment under way is cut at its next keyframe and a short one is made. It
                // begins where the channel is now.
                let answer = try await SimpleHTTP.send("GET", "\(stack.url)/api/hls/live-8/720p.m3u8", seconds: 30)
                #expect(answer.status == 200, "\(answer.text)")
                let first = try #require(Self.sequences(answer.text).first)
                #expect(first > edge, "\(first) after \(edge)")
                #expect(try await Self.encoded(stack).contains("720p"))

                let high = try await Self.record(stack, "720p", segments: 4, within: .seconds(60))
                #expect(high.validate(.watched).violations.isEmpty, "\(high.validate(.watched))")
            }
        }

        @Test(.timeLimit(.minutes(4)))
        func whatDoesNotFitIsRefusedAtOnceAndPlaysWhenThereIsRoom() async throws {
            var options = DashStack.Options()
            // One core: two or three ladders; the provider has connections for more.
            options.environment = ["FFMPEG_THREADS": "1"]
            options.providerOptions = ["--max-connections", "12"]
            try await DashStack.with(options) { stack in
                var watching: [Task<HLSRecording, any Error>] = []
                defer { for viewer in watching { viewer.cancel() } }
                var refused: (channel: Int, answer: SimpleHTTP.Answer)?
                for channel in [8, 10, 16, 17, 9, 11, 12, 13, 14] {
                    let answer = try await SimpleHTTP.send("GET", stack.master(channel), seconds: 40)
                    if answer.status == 503 {
                        refused = (channel, answer)
                        break
                    }
                    #expect(answer.status == 200, "\(answer.text)")
                    var client = HLSClient.Options()
                    client.renditions = ["360p"]
                    let master = stack.master(channel)
                    watching.append(
                        Task {
                            try await HLSClient(master, options: client).record(segments: 1000, within: .seconds(200))
                        })
                }
                let (channel, answer) = try #require(refused, "nine ladders do not fit into one core")
                #expect(answer.text.contains("\"code\":\"busy\""), "\(answer.text)")
                #expect(answer.headers.first(name: "retry-after") != nil)
                for viewer in watching { viewer.cancel() }
                let deadline = ContinuousClock.now + .seconds(60)
                var again = answer
                while again.status != 200, ContinuousClock.now < deadline {
                    again = try await SimpleHTTP.send("GET", stack.master(channel), seconds: 40)
                }
                #expect(again.status == 200, "\(again.text)")
            }
        }

        private static func record(
            _ stack: DashStack, _ rendition: String, segments: Int, within patience: Duration
        ) async throws -> HLSRecording {
            var client = HLSClient.Options()
            client.renditions = [rendition]
            return try await HLSClient(stack.master(8), options: client).record(segments: segments, within: patience)
        }

        private static func waitUntil(_ what: String, _ condition: () async throws -> Bool) async throws {
            let deadline = ContinuousClock.now + .seconds(90)
            while try await !condition() {
                try #require(ContinuousClock.now < deadline, "not in time: \(what)")
                try await Task.sleep(for: .milliseconds(250))
            }
        }

        private static func sequences(_ stack: DashStack, _ rendition: String) async throws -> [Int64] {
            sequences(try await SimpleHTTP.send("GET", "\(stack.url)/api/hls/live-8/\(rendition).m3u8").text)
        }

        /// Media sequence numbers of a playlist's segments.
        private static func sequences(_ playlist: String) -> [Int64] {
            let lines = playlist.split(separator: "\n")
            guard
                let first = lines.first(where: { $0.hasPrefix("#EXT-X-MEDIA-SEQUENCE:") })
                    .flatMap({ Int64($0.dropFirst("#EXT-X-MEDIA-SEQUENCE:".count)) })
            else { return [] }
            return lines.filter { !$0.hasPrefix("#") }.indices.map { first + Int64($0) }
        }

        private static func encoded(_ stack: DashStack) async throws -> [String] {
            let answer = try await SimpleHTTP.send("GET", "\(stack.url)/api/stats/streams")
            let json = try JSONSerialization.jsonObject(with: Data(answer.text.utf8)) as? [String: Any]
            let streams = json?["streams"] as? [[String: Any]]
            return streams?.first?["encoding"] as? [String] ?? []
        }
    }
}
