import Contracts

/// Lines of `get.php`'s playlist.
struct FacePlaylist: Sendable {
    let rows: FaceRows
    let guest: FaceGuest
    /// `ts` or `m3u8`.
    let output: String
    /// Further entries of each channel, one a quality.
    let qualities: [String]

    private var account: String { "\(PercentText.encode(guest.name))/\(PercentText.encode(guest.password))" }

    var head: String {
        let query = "username=\(PercentText.encode(guest.name))&password=\(PercentText.encode(guest.password))"
        return "#EXTM3U x-tvg-url=\"\(rows.base)/xmltv.php?\(query)\"\r\n"
    }

    func channel(_ entry: Contracts.CatalogEntry, group: String) -> String {
        let address = "\(rows.base)/live/\(account)/\(entry.id).\(output)"
        let logo = rows.image(entry.image)
        var text = item(entry.name, guide: FaceXMLTV.id(entry), logo: logo, group: group) + address + "\r\n"
        for quality in qualities {
            text += item("\(entry.name) (\(quality))", guide: FaceXMLTV.id(entry), logo: logo, group: group)
            text += "\(address)?quality=\(quality)\r\n"
        }
        return text
    }

    func film(_ entry: Contracts.CatalogEntry, group: String) -> String {
        item(entry.name, guide: "", logo: rows.image(entry.image), group: group)
            + "\(rows.base)/movie/\(account)/\(entry.id).\(entry.containerExtension ?? "mp4")\r\n"
    }

    private func item(_ name: String, guide: String, logo: String, group: String) -> String {
        let title = Self.plain(name)
        return "#EXTINF:-1 tvg-id=\"\(Self.plain(guide))\" tvg-name=\"\(title)\" tvg-logo=\"\(logo)\" "
            + "group-title=\"\(Self.plain(group))\",\(title)\r\n"
    }

    /// One line without the quote that ends an attribute: names are the provider's.
    static func plain(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter {
                    $0 != "\"" && $0.value >= 0x20 && $0.value != 0x7f && $0 != "\u{85}" && $0 != "\u{2028}"
                        && $0 != "\u{2029}"
                }))
    }
}
