import Contracts

/// Finds the rendition that a request means, before and after the channel's offer is known.
struct RenditionChoice: Sendable {
    let maximum: Quality
    let preferred: Quality

    /// Names of the video variants, best first: the channel's own, or the ladder while nothing is known.
    func offered(_ info: LiveStreamInfo?) -> [String] {
        guard let info else {
            return LiveLadder.standard.map(\.name).filter { (Quality(rawValue: $0)?.height ?? 0) <= maximum.height }
        }
        return QualityChoice.offered(info.tracks, maximum: maximum).map(\.name)
    }

    /// The rendition for `quality=`, or the default one: a video variant, or sound alone.
    func variant(_ asked: Quality?, _ info: LiveStreamInfo?) throws(APIError) -> String {
        let names = offered(info)
        if asked == .audio {
            // Every channel has sound, if need be a silent one.
            guard let info else { return Quality.audio.rawValue }
            guard let sound = info.soundTrack else { throw .qualityNotOffered(names) }
            return sound.name
        }
        return try QualityChoice.choose(
            asked ?? preferred, from: names.isEmpty ? LiveLadder.standard.map(\.name) : names)
    }

    /// The rendition of a media playlist's name: a language, sound alone, or a video variant lowered to what is offered.
    func rendition(named name: String, _ info: LiveStreamInfo?) throws(APIError) -> String {
        if let info, info.audioTracks.contains(where: { $0.name == name }) { return name }
        if info == nil, name.hasPrefix("audio-"), RenditionName.isValid(name) { return name }
        guard let quality = Quality(rawValue: name) else { throw .unknownQuality(offered(info)) }
        // What most ask for: it is offered as it is.
        if let info, QualityChoice.isOffered(name, info.tracks, maximum: maximum) { return name }
        return try variant(quality, info)
    }
}
