import Contracts

/// Which quality a viewer gets for the one that was asked for (API.md): unknown is refused, too high is lowered.
enum QualityChoice {
    /// Reads `quality=`; `nil` if there is none. Throws 400 with the known names.
    static func parse(_ text: String?) throws(APIError) -> Quality? {
        guard let text, !text.isEmpty else { return nil }
        guard let quality = Quality(rawValue: text) else { throw .unknownQuality(Quality.allCases.map(\.rawValue)) }
        return quality
    }

    /// What `quality=` calls a rendition: each language of an audio group is `audio`.
    static func word(for rendition: String) -> String {
        rendition.hasPrefix(Quality.audio.rawValue) ? Quality.audio.rawValue : rendition
    }

    /// The video variants of a channel under `MAX_QUALITY`, best first; the lowest one if all are above it.
    static func offered(_ tracks: [LiveStreamInfo.Track], maximum: Quality) -> [LiveStreamInfo.Track] {
        let allowed = tracks.filter { isAllowed($0, maximum) }
        return allowed.isEmpty ? tracks.filter { $0.kind == .video }.suffix(1) : allowed
    }

    /// Whether `offered` has a variant of just that name under `MAX_QUALITY`.
    static func isOffered(_ name: String, _ tracks: [LiveStreamInfo.Track], maximum: Quality) -> Bool {
        tracks.contains { $0.name == name && isAllowed($0, maximum) }
    }

    private static func isAllowed(_ track: LiveStreamInfo.Track, _ maximum: Quality) -> Bool {
        track.kind == .video && lines(track.name) <= maximum.height
    }

    /// The best of `offered` (best first) that is not above `asked`; the lowest if all are above.
    /// Throws 400 for a quality that is not a height and is not offered.
    static func choose(_ asked: Quality, from offered: [String]) throws(APIError) -> String {
        if offered.contains(asked.rawValue) { return asked.rawValue }
        guard asked != .audio, asked != .original, let lowest = offered.last else { throw .qualityNotOffered(offered) }
        return offered.first { lines($0) <= asked.height } ?? lowest
    }

    private static func lines(_ name: String) -> Int { Quality(rawValue: name)?.height ?? 0 }
}
