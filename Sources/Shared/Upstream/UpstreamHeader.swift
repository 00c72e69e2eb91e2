/// One header line of a request or response. Names compare without case.
public struct UpstreamHeader: Sendable, Hashable {
    public let name: String
    public let value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// Whether this can be sent without changing the shape of the request (no CR, LF, NUL; a token as name).
    var isSafe: Bool {
        !name.isEmpty && name.utf8.allSatisfy(Self.isTokenCharacter) && Self.isSafe(value: value)
    }

    static func isSafe(value: String) -> Bool {
        value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
    }

    /// RFC 9110 §5.6.2.
    private static func isTokenCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
