import Contracts
import Media

/// What a channel is delivered as: decided at its first pictures, constant for as long as the engine runs.
struct LiveFormat: Sendable {
    let sourceRate: FrameRate
    /// Best first, at least one.
    let rungs: [Rung]
    let colour: Colour
    /// The default one first, at least one.
    let tracks: [SoundTrackPlan]
    /// Samples per second of all tracks.
    let sampleRate: Int64
    /// For people.
    let source: String

    var frameRate: FrameRate { sourceRate.capped }
    var grid: SegmentGrid { SegmentGrid(frameRate: frameRate) }
    var audioGrid: AudioGrid { AudioGrid(sampleRate: sampleRate) }
    /// Several languages: an audio group and video-only variants (API.md "Audio"). Else the sound is in each variant.
    var hasAudioGroup: Bool { tracks.count > 1 }

    /// The AAC encodings that each track is made in, bits per second, lowest first.
    var audioBitrates: [Int] {
        let all = Set(rungs.map(\.rendition.audioBitrate))
        return hasAudioGroup ? [all.max() ?? 0] : all.sorted()
    }

    /// What is delivered without a picture: the languages of the group, or the only one in its leanest encoding.
    var soundRenditions: [SoundRendition] {
        guard let bitrate = audioBitrates.first else { return [] }
        return tracks.enumerated().map { number, track in
            SoundRendition(
                name: hasAudioGroup ? track.name : Quality.audio.rawValue, language: track.language, track: number,
                bitrate: bitrate)
        }
    }
}

/// Sound with a playlist of its own.
struct SoundRendition: Sendable, Equatable {
    /// In URLs: `audio-fra`, or `audio` of a channel with one language.
    let name: String
    /// ISO 639-2.
    let language: String?
    /// Number of the channel's track.
    let track: Int
    /// Bits per second.
    let bitrate: Int

    var key: PieceKey { .sound(track: track, bitrate: bitrate) }
}
