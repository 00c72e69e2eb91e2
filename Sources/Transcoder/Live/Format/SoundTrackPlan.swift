import Media

/// One audio rendition of a channel, decided once at its start.
struct SoundTrackPlan: Sendable, Equatable {
    /// Name in URLs: `audio-fra`. Not used while there is only one.
    let name: String
    /// ISO 639-2, as the source says it.
    let language: String?
    /// PID of the stream that it came from.
    let streamID: Int?

    static let most = 8

    /// The tracks for these streams: one per language, the default one first; at least one, silent if need be.
    ///
    /// Of several streams in one language the first that is meant for everybody counts. Streams that name no language may
    /// be anything, so each is a track.
    static func tracks(for streams: [StreamDescription]) -> [SoundTrackPlan] {
        let usable = streams.filter { $0.kind == .audio && $0.isDecodable }
        let general = usable.filter { !$0.isSpecialPurpose }
        var chosen: [StreamDescription] = []
        for stream in general.isEmpty ? usable : general {
            if let language = stream.language, chosen.contains(where: { $0.language == language }) { continue }
            chosen.append(stream)
        }
        if let preferred = chosen.firstIndex(where: \.isDefault) { chosen.swapAt(0, preferred) }
        guard !chosen.isEmpty else { return [SoundTrackPlan(name: "audio", language: nil, streamID: nil)] }
        var names: Set<String> = []
        return chosen.prefix(most).map { stream in
            let base = "audio-\(stream.language ?? "und")"
            var name = base
            var number = 2
            while !names.insert(name).inserted {
                name = "\(base)-\(number)"
                number += 1
            }
            return SoundTrackPlan(name: name, language: stream.language, streamID: stream.id)
        }
    }

    /// Which stream of a connection feeds which track, by the stream's index: the same PID and language, else the same
    /// language, else, for the only track, whatever there is.
    static func assignment(of tracks: [SoundTrackPlan], to streams: [StreamDescription]) -> [Int: Int] {
        var free = streams.filter { $0.kind == .audio && $0.isDecodable }
        var result: [Int: Int] = [:]
        func assign(_ matches: (SoundTrackPlan, StreamDescription) -> Bool) {
            for (number, track) in tracks.enumerated() where !result.values.contains(number) {
                guard let index = free.firstIndex(where: { matches(track, $0) }) else { continue }
                result[free.remove(at: index).index] = number
            }
        }
        assign { $0.streamID == $1.id && $0.language == $1.language }
        assign { $0.language != nil && $0.language == $1.language }
        assign { $0.streamID == $1.id && ($0.language == nil || $1.language == nil) }
        if tracks.count == 1 { assign { _, stream in !stream.isSpecialPurpose } }
        if tracks.count == 1 { assign { _, _ in true } }
        return result
    }
}
