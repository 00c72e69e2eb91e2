/// One request of `UpstreamClient` or `UpstreamStream`, with its limits.
public struct UpstreamRequest: Sendable {
    public enum Method: String, Sendable {
        case get = "GET", head = "HEAD", post = "POST", put = "PUT", delete = "DELETE"
    }

    /// How much of the response is wanted.
    public enum Body: Sendable, Equatable {
        /// All of it; more than this many bytes (decompressed) is an error.
        case whole(limit: Int)
        /// The first bytes at most, then the connection is closed; 0: the head is enough.
        case prefix(Int)
    }

    public var url: UpstreamURL
    public var method = Method.get
    public var headers: [UpstreamHeader] = []
    /// Body of a POST, PUT or DELETE.
    public var payload: [UInt8] = []
    public var range: UpstreamRange?
    /// `false`: a redirect is an answer like any other, with its Location.
    public var followRedirects = true
    /// Offers gzip and unpacks it.
    public var acceptsCompression = false
    /// `false`: a connection of its own, closed before the response is handed over.
    public var reusesConnection = true
    /// Read until the server closes, whatever Content-Length says (live streams).
    public var ignoresContentLength = false
    public var body = Body.whole(limit: 4 << 20)
    /// From the call to the end of the body, waiting in the queue included. Not used by `UpstreamStream`.
    public var deadline = Duration.seconds(15)

    public init(_ url: UpstreamURL) { self.url = url }

    public init(_ url: UpstreamURL, method: Method, payload: [UInt8] = []) {
        self.url = url
        self.method = method
        self.payload = payload
    }
}

/// The bytes that are wanted: first and last, or all from a first one.
public struct UpstreamRange: Sendable, Hashable {
    public let first: Int64
    public let last: Int64?

    /// - Precondition: `first` is not negative and not behind `last`; a range that is, is sent as `first` to the end.
    public init(first: Int64, last: Int64? = nil) {
        self.first = max(0, first)
        self.last = last.flatMap { $0 >= first ? $0 : nil }
    }

    var headerValue: String { "\(first)-\(last.map(String.init) ?? "")" }
}

/// A response with its body in memory.
public struct UpstreamResponse: Sendable {
    public let head: UpstreamHead
    /// As much as the request wanted.
    public let body: [UInt8]

    public init(head: UpstreamHead, body: [UInt8]) {
        self.head = head
        self.body = body
    }

    public var status: Int { head.status }
    public var text: String { String(decoding: body, as: UTF8.self) }
}
