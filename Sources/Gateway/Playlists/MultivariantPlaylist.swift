import Contracts

/// The multivariant playlist of a channel or a film as text: a pure function of what its owner said (MEDIA.md §3.1).
struct MultivariantPlaylist {
    /// A line of a player's subtitle menu.
    struct Subtitles: Sendable {
        /// Name in URLs: `subs-eng`.
        let name: String
        let title: String
        let language: String?
        let isForced: Bool
    }

    /// Frames per second as a fraction.
    struct FrameRate: Sendable {
        let numerator: Int64
        let denominator: Int64
    }

    let info: LiveStreamInfo
    /// Video variants offered, best first; never empty. See `QualityChoice.offered`.
    let variants: [LiveStreamInfo.Track]
    /// The variant a player begins with: it is listed first. Sound alone is listed only to who asks for it, and then nothing
    /// else is: no player comes to it, or leaves it, by itself.
    let first: String
    /// The viewer's playback session: its media playlists live under `s/<session>/`.
    let session: String
    var subtitles: [Subtitles] = []
    /// Of the film as it came, where it is offered.
    var originalRate: FrameRate?
    /// What leads from the playlist's own URL to `/api/hls/<stream>/`.
    var prefix = ""

    private static let audioGroup = "audio"
    private static let subtitleGroup = "subs"

    func text() -> String {
        var lines = ["#EXTM3U", "#EXT-X-VERSION:4", "#EXT-X-INDEPENDENT-SEGMENTS"]
        let titles = Self.unique(info.audioTracks.map { $0.title ?? $0.name })
        for (index, track) in info.audioTracks.enumerated() {
            lines.append(media(track, title: titles[index], isDefault: index == 0))
        }
        for (track, title) in zip(subtitles, Self.unique(subtitles.map(\.title))) { lines.append(media(track, title)) }
        for track in ordered {
            lines.append(streamInfo(track))
            lines.append(path(track.name))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var ordered: [LiveStreamInfo.Track] {
        if let sound = info.soundTrack, sound.name == first { return [sound] }
        return variants.filter { $0.name == first } + variants.filter { $0.name != first }
    }

    private func path(_ name: String) -> String { "\(prefix)s/\(session)/\(name).m3u8" }

    private func media(_ track: LiveStreamInfo.Track, title: String, isDefault: Bool) -> String {
        var attributes = ["TYPE=AUDIO", "GROUP-ID=\"\(Self.audioGroup)\"", "NAME=\"\(title)\""]
        if let language = track.language { attributes.append("LANGUAGE=\"\(Self.quotable(language))\"") }
        attributes += [
            "DEFAULT=\(isDefault ? "YES" : "NO")", "AUTOSELECT=YES", "CHANNELS=\"2\"", "URI=\"\(path(track.name))\"",
        ]
        return "#EXT-X-MEDIA:" + attributes.joined(separator: ",")
    }

    /// Never the default: many files mark their first subtitles so, and nobody asked to read them.
    private func media(_ track: Subtitles, _ title: String) -> String {
        var attributes = ["TYPE=SUBTITLES", "GROUP-ID=\"\(Self.subtitleGroup)\"", "NAME=\"\(title)\""]
        if let language = track.language { attributes.append("LANGUAGE=\"\(Self.quotable(language))\"") }
        attributes += [
            "DEFAULT=NO", "AUTOSELECT=YES", "FORCED=\(track.isForced ? "YES" : "NO")",
            "URI=\"\(path(track.name))\"",
        ]
        return "#EXT-X-MEDIA:" + attributes.joined(separator: ",")
    }

    private func streamInfo(_ track: LiveStreamInfo.Track) -> String {
        let isSound = track.kind == .audio
        let audio = info.audioTracks
        // What is played together: a picture and any one language of the group, or one sound.
        let picture = isSound ? [] : [track]
        let sounds = isSound && audio.isEmpty ? [track] : audio
        let bandwidth = Self.most(picture, \.bandwidth) + Self.most(sounds, \.bandwidth)
        let average = Self.most(picture, \.averageBandwidth) + Self.most(sounds, \.averageBandwidth)
        var attributes = [
            "BANDWIDTH=\(bandwidth)", "AVERAGE-BANDWIDTH=\(average)",
            "CODECS=\"\(Self.codecs([track] + audio))\"",
        ]
        if !isSound {
            attributes += ["RESOLUTION=\(track.width)x\(track.height)", "FRAME-RATE=\(frameRate(track))"]
        }
        if !audio.isEmpty { attributes.append("AUDIO=\"\(Self.audioGroup)\"") }
        if !subtitles.isEmpty { attributes.append("SUBTITLES=\"\(Self.subtitleGroup)\"") }
        return "#EXT-X-STREAM-INF:" + attributes.joined(separator: ",")
    }

    private static func most(_ tracks: [LiveStreamInfo.Track], _ bits: KeyPath<LiveStreamInfo.Track, Int>) -> Int {
        tracks.map { $0[keyPath: bits] }.max() ?? 0
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
    private func frameRate(_ track: LiveStreamInfo.Track) -> String {
        var rate = FrameRate(
            numerator: Int64(info.frameRateNumerator), denominator: Int64(info.frameRateDenominator))
        if track.name == Quality.original.rawValue, let originalRate { rate = originalRate }
        let denominator = max(1, rate.denominator)
        let thousandths = (rate.numerator * 1000 + denominator / 2) / denominator
        let fraction = String(thousandths % 1000)
        return "\(thousandths / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
    }

    /// Quotable, and each one once: a NAME stands for one rendition of its group (RFC 8216 §4.3.4.1.1).
    private static func unique(_ titles: [String]) -> [String] {
        var taken: Set<String> = []
        return titles.map { title in
            let plain = quotable(title)
            var name = plain
            var number = 2
            while !taken.insert(name).inserted {
                name = "\(plain) \(number)"
                number += 1
            }
            return name
        }
    }

    /// Titles come from the provider: a quoted string holds no quote, no line end and no control character (RFC 8216 §4.2).
    private static func quotable(_ text: String) -> String {
        String(
            text.unicodeScalars.filter { $0 != "\"" && $0.value >= 0x20 && $0.value != 0x7f }.prefix(100).map(
                Character.init))
    }
}
