/// Reads one JSON text into `LenientJSON`, in one pass over its bytes.
///
/// Own, because a catalog is a hundred thousand objects, and Foundation's decoder asks of every value in turn whether it is each of
/// six types. More forgiving, too: bytes that are no UTF-8 become `�`, control characters in texts are taken as they are.
struct JSONReader {
    struct Malformed: Error {}

    /// Nesting beyond this is refused: the stack is finite.
    private static let deepest = 64

    private let bytes: UnsafeBufferPointer<UInt8>
    private var place = 0

    /// Throws unless the whole text is one value.
    static func read(_ bytes: UnsafeBufferPointer<UInt8>) throws(Malformed) -> LenientJSON {
        var reader = JSONReader(bytes: bytes)
        let value = try reader.value(0)
        reader.skipSpace()
        guard reader.place == bytes.count else { throw Malformed() }
        return value
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private mutating func skipSpace() {
        while place < bytes.count, [0x20, 0x0a, 0x0d, 0x09].contains(bytes[place]) { place += 1 }
    }

    /// The next byte that is no space, not taken yet.
    private mutating func next() throws(Malformed) -> UInt8 {
        skipSpace()
        guard place < bytes.count else { throw Malformed() }
        return bytes[place]
    }

    private mutating func take(_ byte: UInt8) throws(Malformed) {
        guard try next() == byte else { throw Malformed() }
        place += 1
    }

    private mutating func value(_ depth: Int) throws(Malformed) -> LenientJSON {
        guard depth < Self.deepest else { throw Malformed() }
        switch try next() {
        case UInt8(ascii: "{"): return .object(try object(depth))
        case UInt8(ascii: "["): return .list(try list(depth))
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "t"): return try word("true", .flag(true))
        case UInt8(ascii: "f"): return try word("false", .flag(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func object(_ depth: Int) throws(Malformed) -> [String: LenientJSON] {
        var fields: [String: LenientJSON] = [:]
        place += 1
        if try next() == UInt8(ascii: "}") {
            place += 1
            return fields
        }
        while true {
            guard try next() == UInt8(ascii: "\"") else { throw Malformed() }
            let name = try text()
            try take(UInt8(ascii: ":"))
            fields[name] = try value(depth + 1)
            if try !goesOn(to: UInt8(ascii: "}")) { return fields }
        }
    }

    private mutating func list(_ depth: Int) throws(Malformed) -> [LenientJSON] {
        var values: [LenientJSON] = []
        place += 1
        if try next() == UInt8(ascii: "]") {
            place += 1
            return values
        }
        while true {
            values.append(try value(depth + 1))
            if try !goesOn(to: UInt8(ascii: "]")) { return values }
        }
    }

    /// Takes a comma, or the end.
    private mutating func goesOn(to end: UInt8) throws(Malformed) -> Bool {
        let byte = try next()
        guard byte == UInt8(ascii: ",") || byte == end else { throw Malformed() }
        place += 1
        return byte != end
    }

    private mutating func word(_ word: StaticString, _ value: LenientJSON) throws(Malformed) -> LenientJSON {
        let count = word.utf8CodeUnitCount
        guard bytes.count - place >= count, (0..<count).allSatisfy({ bytes[place + $0] == word.utf8Start[$0] }) else {
            throw Malformed()
        }
        place += count
        return value
    }

    private mutating func number() throws(Malformed) -> Double {
        let start = place
        while place < bytes.count, isOfNumber(bytes[place]) { place += 1 }
        let digits = bytes[start..<place]
        // `Double` would take "+1", "nan" and "0x1" too.
        guard let first = digits.first, first != UInt8(ascii: "+"),
            let number = Double(String(decoding: digits, as: UTF8.self))
        else { throw Malformed() }
        return number
    }

    private func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }
}

// MARK: Texts

extension JSONReader {
    private mutating func text() throws(Malformed) -> String {
        place += 1
        let start = place
        while place < bytes.count, bytes[place] != UInt8(ascii: "\""), bytes[place] != UInt8(ascii: "\\") { place += 1 }
        guard place < bytes.count else { throw Malformed() }
        if bytes[place] == UInt8(ascii: "\"") {
            place += 1
            return String(decoding: bytes[start..<(place - 1)], as: UTF8.self)
        }
        return try escapedText(from: start)
    }

    private mutating func escapedText(from start: Int) throws(Malformed) -> String {
        var text = Array(bytes[start..<place])
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try unescape(into: &text)
            default: text.append(byte)
            }
        }
        throw Malformed()
    }

    private mutating func unescape(into text: inout [UInt8]) throws(Malformed) {
        guard place < bytes.count else { throw Malformed() }
        let byte = bytes[place]
        place += 1
        switch byte {
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "u"): text.append(contentsOf: String(try scalar()).utf8)
        default: throw Malformed()
        }
    }

    /// Behind `\u`; half a surrogate pair becomes `�`.
    private mutating func scalar() throws(Malformed) -> Unicode.Scalar {
        let first = try hexadecimal()
        guard (0xd800...0xdbff).contains(first) else { return Unicode.Scalar(first) ?? "\u{fffd}" }
        guard bytes.count - place >= 6, bytes[place] == UInt8(ascii: "\\"), bytes[place + 1] == UInt8(ascii: "u") else {
            return "\u{fffd}"
        }
        place += 2
        let second = try hexadecimal()
        guard (0xdc00...0xdfff).contains(second) else { return "\u{fffd}" }
        return Unicode.Scalar(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)) ?? "\u{fffd}"
    }

    private mutating func hexadecimal() throws(Malformed) -> UInt32 {
        guard bytes.count - place >= 4 else { throw Malformed() }
        let digits = String(decoding: bytes[place..<(place + 4)], as: UTF8.self)
        guard digits.utf8.first != UInt8(ascii: "+"), let value = UInt32(digits, radix: 16) else { throw Malformed() }
        place += 4
        return value
    }
}
