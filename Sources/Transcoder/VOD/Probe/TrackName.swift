import Contracts
import Media

/// Names of tracks in URLs.
enum TrackName {
    /// `audio-fra`, and `audio-fra-2` for another in the same language.
    static func unique(_ kind: String, _ language: String?, _ taken: inout Set<String>) -> String {
        let base = "\(kind)-\(language.map { String($0.prefix(8)) } ?? "und")"
        var name = base
        var number = 2
        while !taken.insert(name).inserted {
            name = "\(base)-\(number)"
            number += 1
        }
        return name
    }
}

/// Subtitle tracks as they are called. Pure.
enum SubtitleNaming {
    static func tracks(_ streams: [ProbedStream]) -> [FilmInfo.SubtitleTrack] {
        var names: Set<String> = []
        return streams.map { stream in
            FilmInfo.SubtitleTrack(
                index: stream.index, name: TrackName.unique("subs", stream.description.language, &names),
                codec: stream.description.codec, language: stream.description.language, title: stream.details.title,
                isText: stream.details.isText, isDefault: stream.description.isDefault,
                isForced: stream.details.isForced)
        }
    }
}
