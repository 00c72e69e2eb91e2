import Contracts
import Live
import Media

/// What a set of renditions takes: which encoders, and which of the file's streams. Pure.
struct RenditionPlan: Sendable {
    struct Picture: Sendable {
        let name: String
        let parameters: VideoEncoderParameters
        /// Bits per second of the sound that goes with it; nil: video only.
        let sound: Int?
    }
    struct Sound: Sendable {
        let name: String
        let track: FilmInfo.AudioTrack
        let bitRate: Int
    }

    let pictures: [Picture]
    let sounds: [Sound]
    /// The track that goes with pictures; nil: silence.
    let muxed: FilmInfo.AudioTrack?

    /// Throws `unknownRendition` for a name that the film does not offer.
    init(_ names: [String], _ info: FilmInfo) throws {
        var pictures: [Picture] = []
        var sounds: [Sound] = []
        for name in names {
            if let picture = Self.picture(name, info) {
                pictures.append(picture)
            } else if info.renditions.contains(where: { $0.name == name && $0.kind == .audio }),
                let track = info.hasAudioGroup ? info.audio.first(where: { $0.name == name }) : info.defaultAudio
            {
                let bitRate = FilmEncoding.soundBitRate(ofRungs: info.videoTracks, isGroup: info.hasAudioGroup)
                sounds.append(Sound(name: name, track: track, bitRate: bitRate))
            } else {
                throw FilmError(.unknownRendition, "This film has no rendition of that name.")
            }
        }
        self.pictures = pictures
        self.sounds = sounds
        muxed = info.hasAudioGroup ? nil : info.defaultAudio
    }

    private static func picture(_ name: String, _ info: FilmInfo) -> Picture? {
        guard let rung = FilmEncoding.ladder.first(where: { $0.name == name }),
            let track = info.videoTracks.first(where: { $0.name == name })
        else { return nil }
        return Picture(
            name: name, parameters: FilmEncoding.parameters(rung, track, info),
            sound: info.hasAudioGroup ? nil : rung.audioBitrate)
    }

    /// The file's streams that must be read.
    func streams(_ info: FilmInfo) -> Set<Int> {
        var streams = Set(sounds.map(\.track.index))
        if !pictures.isEmpty { streams.insert(info.video.index) }
        if !pictures.isEmpty, let muxed { streams.insert(muxed.index) }
        return streams
    }

    /// The tracks that are decoded.
    var tracks: [FilmInfo.AudioTrack] {
        var tracks = sounds.map(\.track)
        if !pictures.isEmpty, let muxed, !tracks.contains(muxed) { tracks.append(muxed) }
        return tracks
    }
}
