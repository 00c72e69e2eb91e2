/// Cuts a list of a panel into its elements while it comes in, so that it is never in memory as a whole.
///
/// Takes `[ … ]`, and an object whose keys are numbers in place of it (`{"0": …}`). Nothing is decoded here.
struct ListSplitter {
    enum Failure: Error, Equatable {
        /// A page, an object that says something else (such as a refusal), or nothing at all.
        case notAList
        /// It ends before its end.
        case truncated
    }

    private enum Place { case before, within, behind }

    /// Bytes. What is longer is passed over: a channel or film has a few hundred.
    private let longest: Int
    private var place = Place.before
    private var isObject = false
    private var element: [UInt8] = []
    private var depth = 0
    private var isInText = false
    private var isEscaped = false
    private var isTooLong = false
    /// Elements that were passed over.
    private(set) var skipped = 0

    init(longest: Int = 64 * 1024) { self.longest = longest }

    /// Hands over each element that is complete, as JSON; of an object, `{"key": value}`.
    mutating func feed(
        _ bytes: [UInt8], _ take: (UnsafeBufferPointer<UInt8>) throws -> Void
    ) throws {
        try bytes.withUnsafeBufferPointer { bytes in
            for byte in bytes {
                switch place {
                case .before: try begin(byte)
                case .within: try step(byte, take)
                case .behind: break
                }
            }
        }
    }

    /// To be called behind the last byte.
    func finish() throws(Failure) {
        switch place {
        case .before: throw .notAList
        case .within: throw .truncated
        case .behind: break
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

    private mutating func begin(_ byte: UInt8) throws(Failure) {
        // A byte order mark is none of ours to complain of.
        if Self.isSpace(byte) || [0xef, 0xbb, 0xbf].contains(byte) { return }
        guard byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") else { throw .notAList }
        isObject = byte == UInt8(ascii: "{")
        place = .within
        startElement()
    }

    private mutating func startElement() {
        element.removeAll(keepingCapacity: true)
        if isObject { element.append(UInt8(ascii: "{")) }
        isTooLong = false
    }

    private mutating func step(_ byte: UInt8, _ take: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
        if isInText {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInText = false
            }
            return keep(byte)
        }
        switch byte {
        case UInt8(ascii: "\""): isInText = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            if depth == 0 {
                place = .behind
                return try endElement(take)
            }
            depth -= 1
        case UInt8(ascii: ",") where depth == 0: return try endElement(take)
        default: if element.count == (isObject ? 1 : 0), Self.isSpace(byte) { return }
        }
        keep(byte)
    }

    private mutating func keep(_ byte: UInt8) {
        if element.count < longest { element.append(byte) } else { isTooLong = true }
    }

    private mutating func endElement(_ take: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
        defer { startElement() }
        if isTooLong {
            skipped += 1
            return
        }
        guard element.count > (isObject ? 1 : 0) else { return }
        if isObject {
            guard Self.hasNumericKey(element) else { throw Failure.notAList }
            element.append(UInt8(ascii: "}"))
        }
        try element.withUnsafeBufferPointer { try take($0) }
    }

    /// `{"12"…`
    private static func hasNumericKey(_ element: [UInt8]) -> Bool {
        guard element.count > 3, element[1] == UInt8(ascii: "\"") else { return false }
        let digits = element[2...].prefix { $0 != UInt8(ascii: "\"") }
        return !digits.isEmpty && digits.allSatisfy { (0x30...0x39).contains($0) }
    }
}
