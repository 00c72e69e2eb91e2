import Foundation
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
