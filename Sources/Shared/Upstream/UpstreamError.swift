/// What went wrong between us and a server outside.
///
/// The message is safe to log and to show: it never holds a host, path, query, credential or header value.
public struct UpstreamError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Open set: compare with the constants below, expect new ones. Safe as a metric label.
    public struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public var description: String { rawValue }

        /// The name does not resolve.
        public static let dns = Code(rawValue: "dns")
        /// No connection: refused, unreachable.
        public static let connect = Code(rawValue: "connect")
        /// The TLS handshake failed or the certificate is not to be trusted.
        public static let tls = Code(rawValue: "tls")
        /// The name or a redirect leads to a private address (DESIGN §5.9).
        public static let refusedAddress = Code(rawValue: "refused_address")
        /// The deadline of the connection or of the whole request passed.
        public static let timeout = Code(rawValue: "timeout")
        /// Connected, but no byte came for the stall time.
        public static let stalled = Code(rawValue: "stalled")
        /// A status other than what the caller can use; see `httpStatus`.
        public static let httpStatus = Code(rawValue: "http_status")
        public static let tooManyRedirects = Code(rawValue: "too_many_redirects")
        /// More bytes of body or headers than the limit allows.
        public static let tooLarge = Code(rawValue: "too_large")
        public static let cancelled = Code(rawValue: "cancelled")
        /// Not HTTP as we know it.
        public static let protocolViolation = Code(rawValue: "protocol")
        /// The connection ended before the response did.
        public static let closed = Code(rawValue: "closed")
        /// Our own queue of requests is full.
        public static let overloaded = Code(rawValue: "overloaded")
        /// A URL, header or user agent that must not be sent.
        public static let invalidRequest = Code(rawValue: "invalid_request")
    }

    public let code: Code
    public let message: String
    /// The status, where there was one.
    public let httpStatus: Int?
    /// What the server's Retry-After says, counted from when the answer came.
    public let retryAfter: Duration?

    public init(_ code: Code, _ message: String, httpStatus: Int? = nil, retryAfter: Duration? = nil) {
        self.code = code
        self.message = message
        self.httpStatus = httpStatus
        self.retryAfter = retryAfter
    }

    /// Whether the same request may succeed a little later.
    public var isRetriable: Bool {
        switch code {
        case .dns, .connect, .timeout, .stalled, .closed, .overloaded: true
        case .httpStatus: Self.isRetriable(status: httpStatus ?? 0)
        default: false
        }
    }

    private static func isRetriable(status: Int) -> Bool {
        switch status {
        case 408, 425, 429, 458, 500...599: true
        default: false
        }
    }

    public var description: String { "upstream \(code): \(message)" }
}
