import Contracts
import Live
import TestSupport
import Testing

/// Every odd kind of channel, from real files, faster than real time, judged to the tick.
@Suite(.serialized) struct EngineSourcesTests {
    private func output(_ clip: EngineClip, _ settings: LiveEngineSettings = .small) async throws
        -> RecordingOutput.Record
    {
        let record = await convert(try await clip.bytes(), settings: settings)
        #expect(record.outcome == .stopped)
        let report = record.recording.validate()
        #expect(report.isValid, "\(clip): \(report)")
        let seconds = record.segments.reduce(0) { $0 + Double($1.record.duration) / 90_000 }
        #expect(abs(seconds - Double(clip.length)) < 0.3, "\(clip): \(seconds) s")
        return record
    }

    @Test func fullLadderOfAnHDChannel() async throws {
        let record = try await output(.hd25, LiveEngineSettings())
        let info = try #require(record.info)
        #expect(info.videoTracks.map(\.name) == ["720p", "480p", "360p"])
        #expect(info.videoTracks.map(\.width) == [1280, 854, 640])
        #expect(info.audioTracks.isEmpty)
        // Sound alone costs no encoding, and little on the wire; `output` had the validator look at it.
        #expect(info.soundTrack?.name == "audio")
        #expect(record.segments.allSatisfy { $0.record.parts["audio"].map { $0.byteCount < 45_000 } == true })
        #expect(info.source == "h264 1280x720p 25.0 fps, aac stereo")
    }

    @Test func interlacedMPEG2WithSurround() async throws {
        let record = try await output(.interlaced)
        #expect(record.info?.frameRateNumerator == 25)
        #expect(record.info?.source == "mpeg2video 1920x1080i 25.0 fps, ac3 5.1")
        try await expectSync(record)
    }

    @Test func fiftyFramesBecomeTwentyFive() async throws {
        let record = try await output(.hd50)
        #expect(record.info?.frameRateNumerator == 25)
        try await expectSync(record)
    }

    @Test func anamorphicSDGetsSquarePixels() async throws {
        var settings = LiveEngineSettings()
        settings.ladder = LiveLadder.standard
        let info = try #require(try await output(.sdAnamorphic, settings).info)
        #expect(info.videoTracks.map(\.name) == ["480p", "360p"])
        #expect(info.videoTracks.map(\.width) == [872, 654])
    }

    @Test func fractionalRate() async throws {
        let info = try #require(try await output(.ntsc).info)
        #expect((info.frameRateNumerator, info.frameRateDenominator) == (30000, 1001))
    }

    @Test(arguments: [EngineClip.noSound, .lateSound, .hevc])
    func soundlessLateAndHEVC(_ clip: EngineClip) async throws {
        let record = try await output(clip)
        #expect(record.info?.videoTracks.allSatisfy { $0.codecs.hasSuffix(",mp4a.40.2") } == true)
        if clip != .noSound { try await expectSync(record) }
    }

    @Test func severalLanguagesBecomeAGroup() async throws {
        let info = try #require(try await output(.twoLanguages).info)
        #expect(info.audioTracks.map(\.name) == ["audio-fra", "audio-eng"])
        #expect(info.audioTracks.map(\.language) == ["fr", "en"])
        #expect(info.soundTrack?.name == "audio-fra")
        #expect(info.videoTracks.allSatisfy { !$0.codecs.contains("mp4a") })
    }

    @Test func aSourceBelowTheLadderKeepsItsHeight() async throws {
        var settings = LiveEngineSettings.small
        settings.ladder = LiveLadder.standard
        let info = try #require(try await output(.small, settings).info)
        #expect(info.videoTracks.map(\.name) == ["360p"])
        #expect(info.videoTracks.map(\.height) == [270])
    }

    private func expectSync(_ record: RecordingOutput.Record) async throws {
        let beeps = try await BeepMeter.measure(record.recording.renditions[0].concatenated)
        #expect(beeps.count >= 2)
        #expect(beeps.allSatisfy { abs($0.offset) < 40 }, "\(beeps.map(\.offset))")
    }
}
