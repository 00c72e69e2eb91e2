import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.serialized) struct PlaybackTests {
        @Test(.timeLimit(.minutes(5)))
        func aChannelPlaysInThreeQualitiesAndEndsWithItsLastViewer() async throws {
            try await DashStack.with { stack in
                let provider = try stack.requireProvider()
                // Two minutes: 1, 1, 2 and 2 s, then 4 s each.
                let recording = try await HLSClient(stack.master(8)).record(segments: 33, within: .seconds(200))
                let counters = try await provider.counters()
                #expect(counters.open == 1)
                #expect(counters.opened == 1)
                let report = recording.validate()
                #expect(report.violations.isEmpty, "\(report)")
                #expect(recording.renditions.map(\.name).sorted() == ["360p", "480p", "720p"])
                for rendition in recording.renditions {
                    let beeps = try await BeepMeter.measure(rendition.concatenated)
                    #expect(beeps.count >= 115, "\(rendition.name): \(beeps.count)")
                    #expect(beeps.allSatisfy { abs($0.offset) <= 40 }, "\(rendition.name): \(beeps)")
                }
                // Nobody watches any more: the connection goes.
                try await provider.wait("the last viewer has left", seconds: 30) { $0["media_open"].int == 0 }
            }
        }

        @Test(.timeLimit(.minutes(5)))
        func severalLanguagesBecomeAnAudioGroup() async throws {
            try await DashStack.with { stack in
                let recording = try await HLSClient(stack.master(15)).record(segments: 5, within: .seconds(90))
                let report = recording.validate()
                #expect(report.violations.isEmpty, "\(report)")
                let master = String(decoding: recording.master, as: UTF8.self)
                #expect(master.contains("TYPE=AUDIO"))
                #expect(master.contains("LANGUAGE=\"fra\"") || master.contains("LANGUAGE=\"fr\""))
                #expect(recording.renditions.count == 5)
            }
        }

        @Test(.timeLimit(.minutes(5)))
        func manyViewersAreOneConnectionPerChannel() async throws {
            var options = DashStack.Options()
            options.transcoders = 2
            try await DashStack.with(options) { stack in
                let provider = try stack.requireProvider()
                try await withThrowingTaskGroup(of: HLSRecording.self) { viewers in
                    for index in 0..<24 {
                        var client = HLSClient.Options()
                        client.renditions = [["360p", "480p", "720p"][index % 3]]
                        let master = stack.master(8)
                        viewers.addTask {
                            try await HLSClient(master, options: client).record(segments: 5, within: .seconds(90))
                        }
                    }
                    for try await recording in viewers { #expect(recording.failures.isEmpty, "\(recording.failures)") }
                }
                let counters = try await provider.counters()
                #expect(counters.opened == 1)
            }
        }
    }
}
