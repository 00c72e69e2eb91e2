import Foundation
import Redis
import TestSupport
import Testing

extension EndToEnd {
    /// Processes that die, freeze and come back in mid-play.
    @Suite(.serialized) struct FailoverTests {
        private func expectations() -> HLSExpectations {
            var expectations = HLSExpectations.live
            expectations.allowsFailures = true
            return expectations
        }

        private func twoWorkers() -> DashStack.Options {
            var options = DashStack.Options()
            options.transcoders = 2
            return options
        }

        @Test(.timeLimit(.minutes(5)))
        func anotherWorkerContinuesTheSamePlaylistWhenTheOwnerIsKilled() async throws {
            try await DashStack.with(twoWorkers()) { stack in
                async let recorded = HLSClient(stack.master(7)).record(segments: 12, within: .seconds(150))
                let owner = try await stack.owner(of: "live-7")
                try await waitForSegments(stack, channel: 7, atLeast: 5)
                try await owner.kill()
                let recording = try await recorded
                let report = recording.validate(expectations())
                #expect(report.violations.isEmpty, "\(report)")
                let last = String(decoding: recording.renditions[0].versions.last?.bytes ?? [], as: UTF8.self)
                #expect(last.contains("#EXT-X-DISCONTINUITY\n"), "the new owner's part is not marked: \(last)")
                let successor = try await stack.owner(of: "live-7")
                #expect(successor.name != owner.name)
            }
        }

        @Test(.timeLimit(.minutes(5)))
        func aWorkerThatIsStoppedHandsItsChannelOver() async throws {
            try await DashStack.with(twoWorkers()) { stack in
                async let recorded = HLSClient(stack.master(7)).record(segments: 9, within: .seconds(120))
                let owner = try await stack.owner(of: "live-7")
                try await waitForSegments(stack, channel: 7, atLeast: 4)
                #expect(try await owner.stop() == 0)
                let recording = try await recorded
                var expectations = HLSExpectations.live
                expectations.allowsHandover = true
                let report = recording.validate(expectations)
                #expect(report.violations.isEmpty, "\(report)")
                #expect(epochs(of: recording).count == 2, "\(epochs(of: recording))")
                #expect(try await stack.owner(of: "live-7").name != owner.name)
            }
        }

        @Test(.timeLimit(.minutes(5)))
        func aFrozenOwnerRecordsNothingWhenItWakes() async throws {
            try await DashStack.with(twoWorkers()) { stack in
                async let recorded = HLSClient(stack.master(7)).record(segments: 14, within: .seconds(150))
                let owner = try await stack.owner(of: "live-7")
                try await waitForSegments(stack, channel: 7, atLeast: 4)
                owner.pause()
                // Another one has it now.
                let deadline = ContinuousClock.now + .seconds(60)
                while try await stack.owner(of: "live-7").name == owner.name, ContinuousClock.now < deadline {
                    try await Task.sleep(for: .milliseconds(200))
                }
                owner.resume()
                let recording = try await recorded
                let report = recording.validate(expectations())
                #expect(report.violations.isEmpty, "\(report)")
                // One change of owner, one epoch more, and none back.
                #expect(epochs(of: recording).count == 2, "\(epochs(of: recording))")
                #expect(epochs(of: recording) == epochs(of: recording).sorted())
            }
        }

        @Test(.timeLimit(.minutes(6)))
        func playbackGoesOnWithoutRedisTokenServiceAndSegmentStore() async throws {
            try await DashStack.with { stack in
                async let recorded = HLSClient(stack.master(7)).record(segments: 16, within: .seconds(180))
                try await waitForSegments(stack, channel: 7, atLeast: 4)
                try await stack.tokenServices[0].kill()
                try await stack.segmentStores[0].kill()
                try await waitForSegments(stack, channel: 7, atLeast: 6)
                try await withRedis(on: stack.redis) { redis in
                    _ = try await redis.send(["CLIENT", "KILL", "TYPE", "pubsub"])
                }
                try await waitForSegments(stack, channel: 7, atLeast: 8)
                try await stack.redis.restart()
                try stack.tokenServices[0].start()
                try stack.segmentStores[0].start()
                let recording = try await recorded
                let report = recording.validate(expectations())
                #expect(report.violations.isEmpty, "\(report)")
                #expect(epochs(of: recording).count == 1, "the owner kept its stream over the restart")
            }
        }

        /// Epochs in the order of the segments, from their names.
        private func epochs(of recording: HLSRecording) -> [String] {
            var result: [String] = []
            for version in recording.renditions[0].versions {
                for line in String(decoding: version.bytes, as: UTF8.self).split(separator: "\n")
                where line.hasSuffix(".ts") {
                    let name = line.split(separator: "/").last ?? ""
                    let epoch = String(name.prefix { $0 != "-" })
                    if !result.contains(epoch) { result.append(epoch) }
                }
            }
            return result
        }
    }

    /// Waits until the playlist of the lowest rendition has had so many segments.
    static func waitForSegments(_ stack: DashStack, channel: Int, atLeast count: Int64) async throws {
        let deadline = ContinuousClock.now + .seconds(90)
        while ContinuousClock.now < deadline {
            let answer = try await SimpleHTTP.send("GET", "\(stack.url)/api/hls/live-\(channel)/360p.m3u8")
            if let last = lastSequence(answer.text), let first = started(stack, channel, last),
                last - first + 1 >= count
            {
                return
            }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw DashStack.NotReady(description: "live-\(channel) did not get to \(count) segments")
    }

    private static func lastSequence(_ playlist: String) -> Int64? {
        playlist.split(separator: "\n").last { $0.hasSuffix(".ts") }
            .flatMap { $0.split(separator: "-").last }.flatMap { Int64($0.dropLast(3)) }
    }

    private static let firstSeen = FirstSeen()

    private static func started(_ stack: DashStack, _ channel: Int, _ last: Int64) -> Int64? {
        firstSeen.note("\(stack.url)-\(channel)", last)
    }
}
