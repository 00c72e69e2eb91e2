/// Makes legal Prometheus names out of swift-metrics labels: `http.requests` → `http_requests`.
enum MetricName {
    /// Letters, digits, `_` and `:`, not beginning with a digit.
    static func metric(_ label: String, suffix: String = "") -> String {
        let name = sanitised(label, allowsColon: true)
        return suffix.isEmpty || name.hasSuffix(suffix) ? name : name + suffix
    }

    /// Letters, digits and `_`.
    static func label(_ name: String) -> String { sanitised(name, allowsColon: false) }

    /// A label's value in quotes: backslash, quote and newline escaped, at most 100 characters.
    static func value(_ value: String) -> String {
        var text = ""
        for character in value.prefix(100) {
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n", "\r\n", "\r": text += "\\n"
            default: text.append(character)
            }
        }
        return text
    }

    private static func sanitised(_ text: String, allowsColon: Bool) -> String {
        var bytes = text.utf8.prefix(200).map { byte -> UInt8 in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: byte
            case 0x3A where allowsColon: byte
            default: 0x5F
            }
        }
        if bytes.first.map({ (0x30...0x39).contains($0) }) ?? true { bytes.insert(0x5F, at: 0) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
