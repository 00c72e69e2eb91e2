/// What both kinds of playlist have in common: encoding, the first line, and lines that are tag, comment or URI (RFC 8216 §4.1).
struct PlaylistLines {
    struct Line {
        let place: String
        let content: Content
    }

    enum Content {
        /// `#EXT…`, with what follows the colon; nil without a colon.
        case tag(String, Substring?)
        case uri(String)
    }

    private(set) var lines: [Line] = []

    init(_ bytes: [UInt8], _ violations: inout Violations) {
        violations.expect(!bytes.starts(with: [0xEF, 0xBB, 0xBF]), "encoding", "a byte order mark")
        guard let text = String(validating: bytes, as: UTF8.self) else {
            violations.add("encoding", "not UTF-8")
            return
        }
        let illegal = text.unicodeScalars.first {
            ($0.value < 0x20 && $0 != "\n" && $0 != "\r") || (0x7F...0x9F).contains($0.value)
        }
        violations.expect(illegal == nil, "encoding", "control character \(illegal?.value ?? 0)")
        violations.expect(text.hasSuffix("\n"), "encoding", "the last line has no end")
        let rows = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
        violations.expect(rows.first == "#EXTM3U", "extm3u", "the first line is '\(rows.first ?? "")'")
        for (index, row) in rows.enumerated().dropFirst() where !row.isEmpty {
            add(row, place: "line \(index + 1)", &violations)
        }
    }

    private mutating func add(_ row: Substring, place: String, _ violations: inout Violations) {
        if row.hasPrefix("#EXT") {
            let colon = row.firstIndex(of: ":")
            let name = String(row[..<(colon ?? row.endIndex)])
            violations.expect(name != "#EXTM3U", "extm3u", at: place, "a second #EXTM3U")
            lines.append(Line(place: place, content: .tag(name, colon.map { row[row.index(after: $0)...] })))
        } else if row.hasPrefix("#") {
            return
        } else {
            violations.expect(!row.contains(where: \.isWhitespace), "uri", at: place, "white space in '\(row)'")
            lines.append(Line(place: place, content: .uri(String(row))))
        }
    }
}
