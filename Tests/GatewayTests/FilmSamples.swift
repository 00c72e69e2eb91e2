import Contracts

@testable import Gateway

/// A film as its owner would describe it, for tests.
enum FilmSamples {
    static let film = StreamID("vod-1906")!
    static let version = "0123456789ab"

    /// 60 s at 25 pictures a second, H.264 and AAC in Matroska, one language, with `original`.
    static func info(
        version: String = version, grid: FilmGrid = FilmGrid(rateNumerator: 25, rateDenominator: 1, frameCount: 1500),
        languages: [String] = ["fra"], subtitles: [FilmInfo.SubtitleTrack] = [], heights: [Int] = [720, 480, 360],
        original: FilmInfo.Original? = FilmInfo.Original(
            boundaries: [0, 450_000, 1_350_000, 3_600_000], targetDuration: 25, reorder: 0),
        container: FilmContainer = .matroska, mode: PlayDecision.Mode = .remux, byteCount: Int64 = 40_000_000
    ) -> FilmInfo {
        let isGroup = languages.count > 1
        let audio = languages.enumerated().map { index, language in
            FilmInfo.AudioTrack(
                index: index + 1, name: "audio-\(language)", codec: "aac", profile: "LC", channels: 2,
                sampleRate: 48_000, encodedSampleRate: 48_000, language: language, title: nil, isDefault: index == 0,
                start: 0, frameSamples: 1024)
        }
        let rungs = heights.map { Samples.track($0, codecs: isGroup ? "avc1.64001f" : "avc1.64001f,mp4a.40.2") }
        let sounds = audio.map { track in
            LiveStreamInfo.Track(
                name: isGroup ? track.name : "audio", kind: .audio, width: 0, height: 0, bandwidth: 140_000,
                averageBandwidth: 130_000,
                codecs: "mp4a.40.2", language: track.language, title: "Son")
        }
        let own = LiveStreamInfo.Track(
            name: "original", kind: .video, width: 1280, height: 720, bandwidth: 8_000_000, averageBandwidth: 5_000_000,
            codecs: "avc1.64001f,mp4a.40.2")
        return FilmInfo(
            version: version, container: container, byteCount: byteCount, access: .indexed, isTruncated: false,
            grid: grid, origin: 0, video: video, audio: audio, subtitles: subtitles,
            renditions: (original == nil ? [] : [own]) + rungs + sounds, original: original,
            decision: PlayDecision(mode: mode, reason: "H.264 and AAC are playable, but not inside Matroska."))
    }

    static let video = FilmInfo.Video(
        index: 0, codec: "h264", profile: "High", is420: true, bitDepth: 8, width: 1280, height: 720,
        displayWidth: 1280, displayHeight: 720, rateNumerator: 50, rateDenominator: 1, isInterlaced: false,
        transfer: "sdr", rotation: 0, colour: "bt709")

    static func subtitles(_ language: String, isText: Bool = true, index: Int = 5) -> FilmInfo.SubtitleTrack {
        FilmInfo.SubtitleTrack(
            index: index, name: "subs-\(language)", codec: isText ? "subrip" : "hdmv_pgs_subtitle", language: language,
            title: nil, isText: isText, isDefault: true, isForced: false)
    }
}
