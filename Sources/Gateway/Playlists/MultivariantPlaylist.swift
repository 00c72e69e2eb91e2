import Contracts

/// A channel's multivariant playlist as text: a pure function of what its owner said (MEDIA.md §3.1).
struct MultivariantPlaylist {
    let info: LiveStreamInfo
    /// Video variants offered, best first; never empty. See `QualityChoice.offered`.
    let variants: [LiveStreamInfo.Track]
    /// The variant a player begins with: it is listed first.
    let first: String
    /// The viewer's playback session: its media playlists live under `s/<session>/`.
    let session: String

    private static let audioGroup = "audio"

    func text() -> String {
        var lines = ["#EXTM3U", "#EXT-X-VERSION:4", "#EXT-X-INDEPENDENT-SEGMENTS"]
        for (index, track) in info.audioTracks.enumerated() { lines.append(media(track, isDefault: index == 0)) }
        let ordered = variants.filter { $0.name == first } + variants.filter { $0.name != first }
        for track in ordered {
            lines.append(streamInfo(track))
            lines.append(path(track))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func path(_ track: LiveStreamInfo.Track) -> String { "s/\(session)/\(track.name).m3u8" }

    private func media(_ track: LiveStreamInfo.Track, isDefault: Bool) -> String {
        var attributes = [
            "TYPE=AUDIO", "GROUP-ID=\"\(Self.audioGroup)\"", "NAME=\"\(Self.quotable(track.title ?? track.name))\"",
        ]
        if let language = track.language { attributes.append("LANGUAGE=\"\(Self.quotable(language))\"") }
        attributes += [
            "DEFAULT=\(isDefault ? "YES" : "NO")", "AUTOSELECT=YES", "CHANNELS=\"2\"", "URI=\"\(path(track))\"",
        ]
        return "#EXT-X-MEDIA:" + attributes.joined(separator: ",")
    }

    private func streamInfo(_ track: LiveStreamInfo.Track) -> String {
        let audio = info.audioTracks
        let bandwidth = track.bandwidth + (audio.map(\.bandwidth).max() ?? 0)
        let average = track.averageBandwidth + (audio.map(\.averageBandwidth).max() ?? 0)
        var attributes = [
            "BANDWIDTH=\(bandwidth)", "AVERAGE-BANDWIDTH=\(average)",
            "CODECS=\"\(Self.codecs([track] + audio))\"", "RESOLUTION=\(track.width)x\(track.height)",
            "FRAME-RATE=\(Self.frameRate(info))",
        ]
        if !audio.isEmpty { attributes.append("AUDIO=\"\(Self.audioGroup)\"") }
        return "#EXT-X-STREAM-INF:" + attributes.joined(separator: ",")
    }

    /// Every codec once, in the order of appearance.
    private static func codecs(_ tracks: [LiveStreamInfo.Track]) -> String {
        var seen: [Substring] = []
        for codec in tracks.flatMap({ $0.codecs.split(separator: ",") }) where !seen.contains(codec) {
            seen.append(codec)
        }
        return seen.joined(separator: ",")
    }

    /// Decimal with three places, rounded: `29.970`.
    private static func frameRate(_ info: LiveStreamInfo) -> String {
        let denominator = max(1, info.frameRateDenominator)
        let thousandths = (info.frameRateNumerator * 1000 + denominator / 2) / denominator
        let fraction = String(thousandths % 1000)
        return "\(thousandths / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
    }

    /// Titles come from the provider: a quoted string holds no quote, no line end and no control character (RFC 8216 §4.2).
    private static func quotable(_ text: String) -> String {
        String(
            text.unicodeScalars.filter { $0 != "\"" && $0.value >= 0x20 && $0.value != 0x7f }.prefix(100).map(
                Character.init))
    }
}
