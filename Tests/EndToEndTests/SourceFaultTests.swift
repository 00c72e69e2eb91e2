import Foundation
import NIOHTTP1
import TestSupport
import Testing

extension EndToEnd {
    /// The source breaks in every way that providers break; the viewer's playlist goes on.
    @Suite(.serialized) struct SourceFaultTests {
        /// Sound stays with picture as it was before the first fault.
        private func expectSync(_ rendition: HLSRecording.Rendition) async throws {
            let beeps = try await BeepMeter.measure(rendition.concatenated)
            // Of about 95 s, a dozen are lost with the source. The last source counts too, whose codecs are others.
            try #require(beeps.count >= 70, "\(beeps)")
            let before = beeps.prefix(6).map(\.offset).sorted()[3]
            #expect(beeps.allSatisfy { abs($0.offset - before) <= 40 }, "\(beeps)")
        }

        @Test(.timeLimit(.minutes(6)))
        func thePlaylistGrowsOverEveryFault() async throws {
            try await DashStack.with { stack in
                let provider = try stack.requireProvider()
                let stream = ["channel": "8"]
                async let recorded = HLSClient(stack.master(8)).record(segments: 26, within: .seconds(200))
                try await EndToEnd.waitForSegments(stack, channel: 8, atLeast: 5)
                try await provider.fault("garbage", stream.merging(["packets": "40"]) { $1 })
                try await EndToEnd.waitForSegments(stack, channel: 8, atLeast: 7)
                try await provider.fault("jump", stream.merging(["seconds": "3600"]) { $1 })
                try await EndToEnd.waitForSegments(stack, channel: 8, atLeast: 9)
                try await provider.fault("jump", stream.merging(["seconds": "-1800"]) { $1 })
                try await EndToEnd.waitForSegments(stack, channel: 8, atLeast: 11)
                try await provider.fault("wrap", stream.merging(["seconds": "3"]) { $1 })
                try await EndToEnd.waitForSegments(stack, channel: 8, atLeast: 13)
                try await provider.fault("expire_tokens")
                try await provider.fault("drop", stream)
                try await EndToEnd.waitForSegments(stack, channel: 8, atLeast: 15)
                try await provider.fault("stall", stream.merging(["seconds": "10", "lose": "true"]) { $1 })
                try await EndToEnd.waitForSegments(stack, channel: 8, atLeast: 20)
                try await provider.fault("switch", stream.merging(["to": "9"]) { $1 })
                let recording = try await recorded
                let report = recording.validate()
                #expect(report.violations.isEmpty, "\(report)")
                try await expectSync(recording.renditions[0])
            }
        }

        /// A notice in the channel's place is media like any other, until it begins for the third time.
        @Test(.timeLimit(.minutes(4)))
        func aSlateIsToldAndTheChannelComesBack() async throws {
            try await DashStack.with { stack in
                let provider = try stack.requireProvider()
                let fault = ["kind": "slate", "times": "0", "channel": "7"]
                try await provider.control("fault", fault)
                let media = "\(stack.url)/api/hls/live-7/360p.m3u8"
                try await Self.waitFor(media, "a refusal") {
                    $0.status == 503 && $0.text.contains("\"code\":\"provider_slate\"")
                        && $0.headers.first(name: "retry-after") != nil
                }
                // From now on it is known: nothing of it is shown any more.
                try await provider.control("clear", ["kind": "slate"])
                try await Self.waitFor(media, "the channel") { $0.status == 200 && $0.text.contains("#EXTINF") }
                let recording = try await HLSClient(stack.master(7)).record(segments: 2, within: .seconds(60))
                #expect(recording.validate().violations.isEmpty, "\(recording.validate())")
            }
        }

        private static func waitFor(
            _ url: String, _ what: String, _ condition: (SimpleHTTP.Answer) -> Bool
        ) async throws {
            let deadline = ContinuousClock.now + .seconds(90)
            while true {
                let answer = try await SimpleHTTP.send("GET", url, seconds: 40)
                if condition(answer) { return }
                try #require(ContinuousClock.now < deadline, "not in time: \(what): \(answer.status) \(answer.text)")
                try await Task.sleep(for: .milliseconds(500))
            }
        }

        @Test(
            .timeLimit(.minutes(3)),
            arguments: [
                (["kind": "status", "status": "404", "times": "0"], "channel_offline"),
                (["kind": "status", "status": "458", "times": "0"], "provider_limit"),
                (["kind": "html", "times": "0"], "not_media"),
                (["kind": "redirect_loop", "times": "0"], "redirect"),
                (["kind": "redirect_private", "times": "0"], "refused_address"),
            ])
        func aChannelThatCannotStartSaysWhy(_ fault: [String: String], _ code: String) async throws {
            try await DashStack.with { stack in
                try await stack.requireProvider().control("fault", fault.merging(["channel": "8"]) { $1 })
                let answer = try await SimpleHTTP.send("GET", stack.master(8), seconds: 40)
                #expect([502, 503, 504].contains(answer.status), "\(answer.text)")
                #expect(answer.text.contains("\"success\":false") && answer.text.contains(code), "\(answer.text)")
            }
        }
    }
}
