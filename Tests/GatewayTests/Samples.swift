import Contracts

@testable import Gateway

/// A channel as its owner would describe it, for tests.
enum Samples {
    static let stream = StreamID.live(8)
    static let epoch: Int64 = 1_795_000_000_123

    static func track(_ height: Int, codecs: String = "avc1.64001f,mp4a.40.2") -> LiveStreamInfo.Track {
        LiveStreamInfo.Track(
            name: "\(height)p", kind: .video, width: (height * 16 / 9 + 1) / 2 * 2, height: height,
            bandwidth: height * 5_000,
            averageBandwidth: height * 3_000, codecs: codecs)
    }

    static func info(_ tracks: [LiveStreamInfo.Track] = [track(720), track(480), track(360)]) -> LiveStreamInfo {
        LiveStreamInfo(
            targetDuration: 4, frameRateNumerator: 25, frameRateDenominator: 1, tracks: tracks,
            source: "h264 1920x1080i 25 fps, ac3 5.1")
    }

    static func segment(
        _ sequence: Int64, duration: Int64 = 360_000, discontinuity: Bool = false, count: Int64 = 0,
        parts: [String: LiveSegment.Part]? = nil, date: Int64 = 1_795_000_000_500, epoch: Int64 = epoch
    ) -> LiveSegment {
        LiveSegment(
            sequence: sequence, epoch: epoch, start: 900_000, duration: duration, programDate: date,
            discontinuity: discontinuity, discontinuitySequence: count,
            parts: parts ?? ["720p": .init(byteCount: 9), "480p": .init(byteCount: 6), "360p": .init(byteCount: 3)])
    }

    static func playlist(
        _ segments: [LiveSegment], rendition: String = "720p", ended: Bool = false, prefix: String = ""
    ) -> String {
        MediaPlaylist(
            segments: segments, rendition: rendition, targetDuration: 4, ended: ended, prefix: prefix,
            capability: { "cap\($0)" }
        ).text()
    }
}
