/// What went wrong between us and Redis. The message never holds a password or a payload.
public struct RedisError: Error, Sendable, CustomStringConvertible {
    /// Open set: compare with the constants below, expect new ones. Safe as a metric label.
    public struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public var description: String { rawValue }

        /// There is no connection now; one is being made.
        public static let notConnected = Code(rawValue: "not_connected")
        /// The connection broke while the reply was awaited: the command may have run or not.
        public static let connectionLost = Code(rawValue: "connection_lost")
        /// No reply within the command's deadline: the command may have run or not.
        public static let timeout = Code(rawValue: "timeout")
        /// The bounded queue of commands is full.
        public static let overloaded = Code(rawValue: "overloaded")
        /// The server answered with an error.
        public static let server = Code(rawValue: "server")
        /// The server refuses writes for want of memory (`-OOM`).
        public static let outOfMemory = Code(rawValue: "out_of_memory")
        /// The server is loading, read-only or failing over.
        public static let unavailable = Code(rawValue: "unavailable")
        /// A reply that is not RESP2, or not of the shape that the caller knows.
        public static let protocolViolation = Code(rawValue: "protocol_violation")
        /// A bad URL, or an AUTH that the server refused.
        public static let configuration = Code(rawValue: "configuration")
        /// The client was shut down.
        public static let closed = Code(rawValue: "closed")
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Whether the same command may succeed a little later.
    public var isRetriable: Bool {
        switch code {
        case .notConnected, .connectionLost, .timeout, .overloaded, .unavailable, .outOfMemory: true
        default: false
        }
    }

    public var description: String { "redis \(code): \(message)" }
}
