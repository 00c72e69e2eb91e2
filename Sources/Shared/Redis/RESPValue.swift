import NIOCore

/// One reply of a Redis server, RESP2.
///
/// Bulk strings keep the bytes as they came; the typed accessors decode on demand.
public enum RESPValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case simple(String)
    case bulk(ByteBuffer)
    case error(String)
    case array([RESPValue])

    /// The text of a simple or bulk string, or of an integer; `nil` for anything else.
    public var string: String? {
        switch self {
        case .simple(let text): text
        case .bulk(let bytes): String(buffer: bytes)
        case .integer(let value): String(value)
        case .null, .error, .array: nil
        }
    }

    /// The number in an integer or in a string of digits; `nil` for anything else.
    public var integer: Int64? {
        switch self {
        case .integer(let value): value
        case .simple, .bulk: string.flatMap { Int64($0) }
        case .null, .error, .array: nil
        }
    }

    /// The bytes of a bulk string; `nil` for anything else.
    public var bytes: ByteBuffer? {
        if case .bulk(let bytes) = self { bytes } else { nil }
    }

    /// The elements of an array; `nil` for anything else.
    public var array: [RESPValue]? {
        if case .array(let values) = self { values } else { nil }
    }

    public var isNull: Bool { self == .null }

    /// A flat array `[field, value, field, value …]`, as HGETALL answers, as a dictionary.
    /// Pairs with an undecodable field are left out.
    public var dictionary: [String: RESPValue] {
        guard case .array(let values) = self else { return [:] }
        var result: [String: RESPValue] = [:]
        for index in stride(from: 0, to: values.count - 1, by: 2) {
            if let field = values[index].string { result[field] = values[index + 1] }
        }
        return result
    }
}
