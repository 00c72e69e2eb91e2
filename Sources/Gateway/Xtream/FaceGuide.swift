// Properties are named as panels name them in JSON.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Contracts
import FoundationEssentials

/// `get_short_epg` and `get_simple_data_table`: titles and descriptions in Base64, as panels have them.
struct FaceGuide: Encodable {
    struct Listing: Encodable {
        let id: String
        let epg_id: String
        let title: String
        let lang = ""
        let start: String
        let end: String
        let description: String
        let channel_id: String
        let start_timestamp: String
        let stop_timestamp: String
        let now_playing: Int
        let has_archive = 0
    }

    let epg_listings: [Listing]

    /// - Parameters:
    ///   - now: seconds since 1970; what is over before is left out, unless `all`.
    init(_ channel: Int64, _ guide: GuideMetadata, guideID: String?, now: Int64, limit: Int, all: Bool) {
        epg_listings = guide.programmes.filter { all || $0.end > now }.prefix(limit).map { programme in
            Listing(
                id: "\(channel)\(programme.start)", epg_id: String(channel), title: Self.base64(programme.title),
                start: FaceTime.readable(programme.start), end: FaceTime.readable(programme.end),
                description: Self.base64(programme.description ?? ""), channel_id: guideID ?? "",
                start_timestamp: String(programme.start), stop_timestamp: String(programme.end),
                now_playing: programme.start <= now && now < programme.end ? 1 : 0)
        }
    }

    private static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}

/// A guide in XMLTV.
enum FaceXMLTV {
    static let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<tv generator-info-name=\"DASH WebTV\">\n"
    static let foot = "</tv>\n"

    /// How the guide calls a channel: the provider's name for it, or its number.
    static func id(_ entry: Contracts.CatalogEntry) -> String { entry.guideID ?? "live-\(entry.id)" }

    static func channel(_ entry: Contracts.CatalogEntry, icon: String) -> String {
        let image = icon.isEmpty ? "" : "<icon src=\"\(escaped(icon))\"/>"
        return
            "<channel id=\"\(escaped(id(entry)))\"><display-name>\(escaped(entry.name))</display-name>\(image)</channel>\n"
    }

    static func programme(_ programme: GuideMetadata.Programme, of entry: Contracts.CatalogEntry) -> String {
        let text = programme.description.map { "<desc>\(escaped($0))</desc>" } ?? ""
        return "<programme start=\"\(FaceTime.guide(programme.start))\" stop=\"\(FaceTime.guide(programme.end))\" "
            + "channel=\"\(escaped(id(entry)))\"><title>\(escaped(programme.title))</title>\(text)</programme>\n"
    }

    /// Titles are the provider's: whatever means something in XML is written as text, what XML cannot hold is left out.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case _ where scalar.value < 0x20 && scalar != "\n" && scalar != "\t": break
            case "\u{fffe}", "\u{ffff}": break
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
