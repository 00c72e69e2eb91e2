import Contracts
import Testing

@Suite struct PlayDecisionTests {
    private func video(
        _ codec: String = "h264", profile: String? = "High", is420: Bool = true, bits: Int = 8,
        interlaced: Bool = false, rotation: Int = 0
    ) -> FilmInfo.Video {
        FilmInfo.Video(
            index: 0, codec: codec, profile: profile, is420: is420, bitDepth: bits, width: 1280, height: 720,
            displayWidth: 1280, displayHeight: 720, rateNumerator: 25, rateDenominator: 1, isInterlaced: interlaced,
            transfer: "sdr", rotation: rotation, colour: "bt709")
    }

    private func sound(_ codec: String = "aac", _ language: String? = nil) -> FilmInfo.AudioTrack {
        FilmInfo.AudioTrack(
            index: 1, name: "audio-und", codec: codec, profile: "LC", channels: 2, sampleRate: 48_000,
            encodedSampleRate: 48_000, language: language, title: nil, isDefault: true, start: 0, frameSamples: 1024)
    }

    private func decide(
        _ container: FilmContainer, _ video: FilmInfo.Video, _ audio: [FilmInfo.AudioTrack], gap: Int64? = 450_000
    ) -> PlayDecision.Mode {
        let decision = PlayDecision.needsTranscoding(container: container, video: video, audio: audio, gap: gap)
        #expect(decision.reason.hasSuffix(".") && decision.reason.count > 10)
        return decision.mode
    }

    @Test func browserReadyFilesGoDirectly() {
        #expect(decide(.mp4, video(), [sound()]) == .direct)
        #expect(decide(.mp4, video(), []) == .direct)
        #expect(decide(.mp4, video(profile: "Constrained Baseline"), [sound()], gap: nil) == .direct)
        // Key frames far apart do not matter there, nor does a picture that lies on its side.
        #expect(decide(.mp4, video(rotation: 90), [sound()], gap: 9_000_000) == .direct)
    }

    @Test(arguments: [FilmContainer.matroska, .flv, .mpegts, .avi]) func playableCodecsElsewhereAreRemuxed(
        container: FilmContainer
    ) {
        #expect(decide(container, video(), [sound()]) == .remux)
        #expect(decide(container, video(), [sound()], gap: 900_000) == .remux)
        #expect(decide(container, video(), [sound()], gap: 900_001) == .transcode)
        #expect(decide(container, video(), [sound()], gap: nil) == .transcode)
        #expect(decide(container, video(rotation: 90), [sound()]) == .transcode)
    }

    @Test(arguments: [FilmContainer.mp4, .matroska]) func therestIsTranscoded(container: FilmContainer) {
        #expect(decide(container, video("hevc", profile: "Main"), [sound()]) == .transcode)
        #expect(decide(container, video("mpeg4", profile: nil), [sound()]) == .transcode)
        #expect(decide(container, video(profile: "High 10", bits: 10), [sound()]) == .transcode)
        #expect(decide(container, video(profile: "High 4:2:2", is420: false), [sound()]) == .transcode)
        #expect(decide(container, video(profile: nil), [sound()]) == .transcode)
        #expect(decide(container, video(interlaced: true), [sound()]) == .transcode)
        for codec in ["ac3", "eac3", "mp3", "dts", "opus", "vorbis", "mp2"] {
            #expect(decide(container, video(), [sound(codec)]) == .transcode)
        }
    }

    @Test func severalLanguagesAreChosenInHLS() {
        #expect(decide(.mp4, video(), [sound("aac", "fra"), sound("aac", "eng")]) == .remux)
        #expect(decide(.mp4, video(), [sound("aac", "fra"), sound("ac3", "eng")]) == .transcode)
        #expect(decide(.mp4, video(), [sound("aac", "fra"), sound("aac", "eng")], gap: nil) == .direct)
    }
}
