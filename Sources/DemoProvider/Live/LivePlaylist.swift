/// The media playlist of a live channel's HLS variant.
struct LivePlaylist {
    let channel: LiveChannel
    let token: String

    var answer: Answer {
        guard let moment = channel.moment() else { return .status(503) }
        let segments = LiveSegmenter(moment.span).window(at: moment.position, count: 5)
        guard let first = segments.first else { return .status(503) }
        let target = segments.map { ($0.duration + 89999) / 90000 }.max() ?? 4
        var lines = [
            "#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:\(target)", "#EXT-X-MEDIA-SEQUENCE:\(first.number)",
        ]
        for segment in segments {
            lines.append("#EXTINF:\(Self.seconds(segment.duration)),")
            lines.append("/hls/\(token)/\(segment.number).ts")
        }
        return .text(lines.joined(separator: "\n") + "\n", type: "application/vnd.apple.mpegurl")
    }

    private static func seconds(_ ticks: Int64) -> String {
        let micros = ticks * 100 / 9
        let fraction = String(micros % 1_000_000)
        return "\(micros / 1_000_000)." + String(repeating: "0", count: 6 - fraction.count) + fraction
    }
}
