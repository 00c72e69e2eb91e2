import FoundationEssentials

/// A programme guide made up from the clock: half-hour programmes on every channel.
struct Guide {
    private static let length: Int64 = 1800

    private let library: MediaLibrary
    private let now: Int64

    init(_ library: MediaLibrary, now: Int64 = Int64(Date().timeIntervalSince1970)) {
        self.library = library
        self.now = now
    }

    private func programmes(from start: Int64, count: Int) -> [(start: GuideTime, end: GuideTime, title: String)] {
        let first = start / Self.length
        return (0..<Int64(count)).map { place in
            let begin = (first + place) * Self.length
            return (GuideTime(begin), GuideTime(begin + Self.length), "Programme \((first + place) % 1000)")
        }
    }

    /// `get_short_epg`: titles and descriptions in base64, the running programme first.
    func listing(id: Int64?, limit: Int) -> JSON {
        guard let id, library.channels.contains(where: { $0.id == id }) else { return ["epg_listings": []] }
        let list = programmes(from: now, count: min(max(1, limit), 200))
        return [
            "epg_listings": .array(
                list.enumerated().map { place, programme in
                    [
                        "id": .text(programme.start.seconds / Self.length), "epg_id": "1",
                        "title": .string(Self.base64(programme.title)), "lang": "en",
                        "start": .string(programme.start.readable), "end": .string(programme.end.readable),
                        "description": .string(Self.base64("About \(programme.title).")),
                        "channel_id": .string("demo.\(id)"), "start_timestamp": .text(programme.start.seconds),
                        "stop_timestamp": .text(programme.end.seconds), "now_playing": place == 0 ? 1 : 0,
                        "has_archive": 0,
                    ]
                })
        ]
    }

    private static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    /// `xmltv.php`: one day of all channels.
    var xml: String {
        var lines = ["<?xml version=\"1.0\" encoding=\"utf-8\" ?>", "<tv generator-info-name=\"demo\">"]
        for channel in library.channels {
            lines.append(
                "<channel id=\"demo.\(channel.id)\"><display-name>\(Self.escaped(channel.name))</display-name></channel>"
            )
        }
        for channel in library.channels {
            for programme in programmes(from: now, count: 48) {
                lines.append(
                    "<programme start=\"\(programme.start.compact) +0000\" stop=\"\(programme.end.compact) +0000\" "
                        + "channel=\"demo.\(channel.id)\"><title>\(programme.title)</title></programme>")
            }
        }
        return lines.joined(separator: "\n") + "\n</tv>\n"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
    }
}
