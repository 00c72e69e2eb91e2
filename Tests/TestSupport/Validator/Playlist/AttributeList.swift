/// The attribute list of a tag (RFC 8216 §4.2), parsed strictly.
struct AttributeList {
    /// Values as written; quoted ones without their quotes.
    private(set) var values: [String: String] = [:]
    private(set) var quoted: Set<String> = []

    init(_ text: Substring, tag: String, at place: String, _ violations: inout Violations) {
        var rest = text
        while !rest.isEmpty {
            guard let equals = rest.firstIndex(of: "=") else {
                violations.add("attribute.syntax", at: place, "\(tag): no '=' in '\(rest)'")
                return
            }
            let name = String(rest[..<equals])
            let legal =
                !name.isEmpty && name.utf8.allSatisfy { ($0 >= 65 && $0 <= 90) || ($0 >= 48 && $0 <= 57) || $0 == 45 }
            violations.expect(legal, "attribute.syntax", at: place, "\(tag): illegal attribute name '\(name)'")
            violations.expect(values[name] == nil, "attribute.twice", at: place, "\(tag): \(name) is there twice")
            rest = rest[rest.index(after: equals)...]
            guard let value = Self.takeValue(&rest, isQuoted: rest.first == "\"") else {
                violations.add("attribute.syntax", at: place, "\(tag): \(name) has no legal value")
                return
            }
            if value.quoted { quoted.insert(name) }
            values[name] = value.text
            if rest.isEmpty { return }
            guard rest.first == ",", rest.count > 1 else {
                violations.add("attribute.syntax", at: place, "\(tag): rubbish after \(name)")
                return
            }
            rest = rest.dropFirst()
        }
    }

    subscript(_ name: String) -> String? { values[name] }

    /// A decimal-integer: digits only, at most 20, and in range.
    func integer(_ name: String) -> Int64? { values[name].flatMap { quoted.contains(name) ? nil : decimalInteger($0) } }

    /// A decimal-floating-point: digits and at most one point.
    func decimal(_ name: String) -> Double? { values[name].flatMap { quoted.contains(name) ? nil : decimalFloat($0) } }

    private static func takeValue(_ rest: inout Substring, isQuoted: Bool) -> (text: String, quoted: Bool)? {
        if isQuoted {
            rest = rest.dropFirst()
            guard let end = rest.firstIndex(of: "\"") else { return nil }
            defer { rest = rest[rest.index(after: end)...] }
            return (String(rest[..<end]), true)
        }
        let end = rest.firstIndex(of: ",") ?? rest.endIndex
        let value = rest[..<end]
        guard !value.isEmpty, !value.contains(where: { $0 == "\"" || $0.isWhitespace }) else { return nil }
        rest = rest[end...]
        return (String(value), false)
    }
}

func decimalInteger(_ text: some StringProtocol) -> Int64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int64(text)
}

func decimalFloat(_ text: some StringProtocol) -> Double? {
    guard decimalParts(text) != nil else { return nil }
    return Double(text)
}

/// Digits before and after the point.
func decimalParts(_ text: some StringProtocol) -> (whole: String, fraction: String)? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let digits = parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }
    guard digits, parts.count == 1 || parts.count == 2 else { return nil }
    return (String(parts[0]), parts.count == 2 ? String(parts[1]) : "")
}
