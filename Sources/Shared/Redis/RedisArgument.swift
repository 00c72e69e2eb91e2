import NIOCore

/// One word of a command: text, a number or raw bytes. Binary safe.
public enum RedisArgument: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    case text(String)
    case integer(Int64)
    case bytes(ByteBuffer)

    public init(stringLiteral value: String) { self = .text(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(_ value: String) { self = .text(value) }
    public init(_ value: Int64) { self = .integer(value) }
    public init(_ value: Int) { self = .integer(Int64(value)) }
}

/// A command and its words, the name first: `["SET", "key", "value"]`.
public typealias RedisCommand = [RedisArgument]
