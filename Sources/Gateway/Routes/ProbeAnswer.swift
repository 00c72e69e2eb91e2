import Contracts

/// `/api/stream/probe/:type/:id` and `/api/stream/info/:type/:id`: what is in a film's file, and how it reaches a browser.
struct ProbeAnswer: Encodable, Sendable {
    struct Video: Encodable, Sendable {
        let codec: String
        let profile: String?
        let bitDepth: Int
        /// As shown: square samples, turned upright.
        let width: Int
        let height: Int
        let framesPerSecond: Double
        let isInterlaced: Bool
        /// `sdr`, `pq` or `hlg`.
        let transfer: String
        let rotation: Int
    }

    struct Audio: Encodable, Sendable {
        let codec: String
        let channels: Int
        let sampleRate: Int
        let language: String?
        let title: String?
        let isDefault: Bool
        /// Its playlist's name, if there are several to choose from.
        let name: String?
    }

    struct Subtitles: Encodable, Sendable {
        let codec: String
        let language: String?
        let title: String?
        let isForced: Bool
        /// Pictures can only be named, not shown.
        let isOffered: Bool
        let name: String?
    }

    struct Decision: Encodable, Sendable {
        let mode: PlayDecision.Mode
        let reason: String
    }

    let success = true
    let streamId: String
    let version: String
    let container: FilmContainer
    let byteCount: Int64
    /// Seconds.
    let duration: Double
    /// `indexed`, `bisected` or `growing`: how any position is found.
    let access: FilmInfo.Access
    /// Its end is missing; what is there plays.
    let isTruncated: Bool
    let video: Video
    let audio: [Audio]
    let subtitles: [Subtitles]
    let qualities: [String]
    let decision: Decision

    init(film: StreamID, offer: FilmOffer) {
        let info = offer.info
        streamId = film.description
        version = info.version
        container = info.container
        byteCount = info.byteCount
        duration = Self.seconds(info.grid.duration)
        access = info.access
        isTruncated = info.isTruncated
        let rate = Double(info.video.rateNumerator) / Double(max(1, info.video.rateDenominator))
        video = Video(
            codec: info.video.codec, profile: info.video.profile, bitDepth: info.video.bitDepth,
            width: info.video.displayWidth, height: info.video.displayHeight,
            framesPerSecond: (rate * 1000).rounded() / 1000, isInterlaced: info.video.isInterlaced,
            transfer: info.video.transfer, rotation: info.video.rotation)
        audio = info.audio.map { Audio($0, info) }
        subtitles = info.subtitles.map { Subtitles($0) }
        qualities = offer.variants.map(\.name)
        decision = Decision(mode: info.decision.mode, reason: info.decision.reason)
    }

    /// Ticks of 1/90000 s as seconds, to the millisecond.
    static func seconds(_ ticks: Int64) -> Double { Double((ticks + 45) / 90) / 1000 }
}

extension ProbeAnswer.Audio {
    init(_ track: FilmInfo.AudioTrack, _ info: FilmInfo) {
        self.init(
            codec: track.codec, channels: track.channels, sampleRate: track.sampleRate, language: track.language,
            title: track.title, isDefault: track.isDefault, name: info.hasAudioGroup ? track.name : nil)
    }
}

extension ProbeAnswer.Subtitles {
    init(_ track: FilmInfo.SubtitleTrack) {
        self.init(
            codec: track.codec, language: track.language, title: track.title, isForced: track.isForced,
            isOffered: track.isText, name: track.isText ? track.name : nil)
    }
}
