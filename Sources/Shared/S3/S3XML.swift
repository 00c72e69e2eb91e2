/// The little of XML that S3's answers need: text of elements by name, in order. Not a parser: no attributes, no
/// namespaces, no CDATA; elements of one name must not be nested in each other, and S3's are not.
struct S3XML: Sendable {
    private let text: [UInt8]

    init(_ bytes: [UInt8]) { text = bytes }

    /// Contents of every `<name>…</name>`, entities unread.
    func elements(_ name: String) -> [S3XML] {
        let open = Array("<\(name)>".utf8), close = Array("</\(name)>".utf8)
        var found: [S3XML] = []
        var position = 0
        while let begin = Self.find(open, in: text, from: position),
            let end = Self.find(close, in: text, from: begin + open.count)
        {
            found.append(S3XML(Array(text[begin + open.count..<end])))
            position = end + close.count
        }
        return found
    }

    /// The text of the first `<name>…</name>`.
    func text(_ name: String) -> String? { elements(name).first?.content }

    /// Whether there is such an element, whatever attributes its tag has.
    func has(_ name: String) -> Bool {
        Self.find(Array("<\(name)".utf8), in: text, from: 0) != nil
            && Self.find(Array("</\(name)>".utf8), in: text, from: 0) != nil
    }

    /// Its own text, entities replaced.
    var content: String {
        var result = ""
        var rest = String(decoding: text, as: UTF8.self)[...]
        while let ampersand = rest.firstIndex(of: "&") {
            result += rest[..<ampersand]
            rest = rest[rest.index(after: ampersand)...]
            guard let end = rest.firstIndex(of: ";"), let character = Self.entity(rest[..<end]) else {
                result += "&"
                continue
            }
            result.unicodeScalars.append(character)
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    static func escape(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
    }

    private static func entity(_ name: Substring) -> Unicode.Scalar? {
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default:
            let number = name.hasPrefix("#x") ? UInt32(name.dropFirst(2), radix: 16) : UInt32(name.dropFirst())
            return name.hasPrefix("#") ? number.flatMap { Unicode.Scalar($0) } : nil
        }
    }

    private static func find(_ needle: [UInt8], in hay: [UInt8], from start: Int) -> Int? {
        var index = start
        while index + needle.count <= hay.count {
            if hay[index] == needle[0], hay[index..<index + needle.count].elementsEqual(needle) { return index }
            index += 1
        }
        return nil
    }
}
