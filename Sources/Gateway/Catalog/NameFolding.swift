/// Makes names comparable for searching: lower case, without marks. `Amélie` and `AMELIE` fold to `amelie`, `Łódź` to `lodz`.
///
/// Own, because Foundation's folding comes with ICU (40 MB), which nothing else here needs.
enum NameFolding {
    /// Appends the folded text, in UTF-8. Spaces and tabs become spaces; line breaks do too, so that they can divide names.
    static func fold(_ text: UnsafeBufferPointer<UInt8>, into folded: inout [UInt8]) {
        guard text.allSatisfy({ $0 < 0x80 }) else {
            return fold(String(decoding: text, as: UTF8.self), into: &folded)
        }
        for byte in text {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): folded.append(byte | 0x20)
            case 0..<0x20: folded.append(0x20)
            default: folded.append(byte)
            }
        }
    }

    static func fold(_ text: String) -> [UInt8] {
        var folded: [UInt8] = []
        fold(text, into: &folded)
        return folded
    }

    private static func fold(_ text: String, into folded: inout [UInt8]) {
        for scalar in text.unicodeScalars {
            if let plain = plain[scalar] {
                folded.append(contentsOf: plain)
            } else if scalar.properties.generalCategory == .nonspacingMark {
                continue
            } else if scalar.properties.generalCategory == .control {
                folded.append(0x20)
            } else {
                folded.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
            }
        }
    }

    /// Letters that are not a plain letter with a mark, for whoever types on another keyboard.
    private static let spelled: [Unicode.Scalar: String] = [
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i",
        "ŋ": "n",
        "’": "'", "‘": "'", "“": "\"", "”": "\"", "–": "-", "—": "-", "\u{a0}": " ",
    ]

    /// Scalar → what it folds to, for all Latin, Greek and Cyrillic letters with marks. Unicode's own equivalence says which
    /// they are: `é` is found because it equals `e` and an acute.
    private static let plain: [Unicode.Scalar: [UInt8]] = {
        var table: [Unicode.Scalar: [UInt8]] = [:]
        for (scalar, text) in spelled {
            table[scalar] = Array(text.utf8)
            let upper = scalar.properties.uppercaseMapping.unicodeScalars
            if upper.count == 1, let first = upper.first { table[first] = Array(text.utf8) }
        }
        let letters = scalars(0x61...0x7a) + scalars(0x3b1...0x3c9) + scalars(0x430...0x44f)
        let candidates = [0xc0...0x24f, 0x370...0x4ff, 0x1e00...0x1fff].flatMap { scalars($0) }
        var composed: [String: Unicode.Scalar] = [:]
        for letter in letters {
            for mark in scalars(0x300...0x345) { composed["\(letter)\(mark)"] = letter }
        }
        for _ in 0..<2 {
            // The second round finds letters with two marks, as Vietnamese has them.
            for scalar in candidates where table[scalar] == nil {
                guard let letter = composed[scalar.properties.lowercaseMapping] else { continue }
                table[scalar] = Array(String(letter).utf8)
                for mark in scalars(0x300...0x323) where scalar.properties.isLowercase {
                    composed["\(scalar)\(mark)"] = letter
                }
            }
        }
        return table
    }()

    private static func scalars(_ range: ClosedRange<UInt32>) -> [Unicode.Scalar] {
        range.compactMap { Unicode.Scalar($0) }
    }
}
