import CCurl

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Status and headers of a final response (the one that is not followed further).
public struct UpstreamHead: Sendable, Equatable {
    public let status: Int
    public let headers: [UpstreamHeader]
    /// Redirects that were followed to get here.
    public let redirects: Int
    /// Where the final response came from.
    public let url: UpstreamURL

    public init(status: Int, headers: [UpstreamHeader], redirects: Int, url: UpstreamURL) {
        self.status = status
        self.headers = headers
        self.redirects = redirects
        self.url = url
    }

    /// The first header of this name, without regard to case.
    public subscript(_ name: String) -> String? {
        let name = name.lowercased()
        return headers.first { $0.name.lowercased() == name }?.value
    }

    /// The media type, lower case, without parameters.
    public var contentType: String? {
        self["content-type"].map { value in
            String(value.prefix { $0 != ";" && $0 != " " }).lowercased()
        }
    }
    /// What the server says; IPTV servers lie about it on live streams.
    public var contentLength: Int64? { self["content-length"].flatMap { Int64($0) }.flatMap { $0 < 0 ? nil : $0 } }
    public var contentRange: ContentRange? { self["content-range"].flatMap { ContentRange($0) } }
    public var etag: String? { self["etag"] }
    public var lastModified: String? { self["last-modified"] }
    public var location: String? { self["location"] }

    /// Retry-After, in either of its forms, from now; at most a day, never negative.
    public var retryAfter: Duration? {
        guard let value = self["retry-after"] else { return nil }
        if let seconds = Int64(value) { return .seconds(min(max(0, seconds), 86_400)) }
        let date = curl_getdate(value, nil)
        guard date > 0 else { return nil }
        return .seconds(min(max(0, Int64(date) - Int64(time(nil))), 86_400))
    }

    public var isSuccess: Bool { (200...299).contains(status) }

    /// Throws `http_status` unless the status is 2xx.
    public func requireSuccess() throws(UpstreamError) {
        guard !isSuccess else { return }
        throw UpstreamError(
            .httpStatus, "the server answered with status \(status)", httpStatus: status, retryAfter: retryAfter)
    }
}

/// What a 206 or 416 says of the bytes it carries: `bytes 0-99/1000`, `bytes */1000`.
public struct ContentRange: Sendable, Equatable {
    /// First and last byte; `nil` in a 416.
    public let bytes: ClosedRange<Int64>?
    /// Size of the whole; `nil` if the server does not say (`*`).
    public let total: Int64?

    /// Reads the header's value; `nil` if it makes no sense.
    public init?(_ text: String) {
        let words = text.split(separator: " ", maxSplits: 1)
        guard words.count == 2, words[0].lowercased() == "bytes" else { return nil }
        let parts = words[1].split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        total = parts[1] == "*" ? nil : Int64(parts[1])
        guard parts[1] == "*" || (total ?? -1) >= 0 else { return nil }
        if parts[0] == "*" {
            bytes = nil
            return
        }
        let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first >= 0, last >= first,
            last < total ?? .max
        else { return nil }
        bytes = first...last
    }
}
