import CCurl

/// An absolute http or https URL, read by libcurl's own parser, so that what is checked is what is fetched.
///
/// Printing, dumping or interpolating it never shows the address: provider URLs hold credentials and tokens.
public struct UpstreamURL: Sendable, Hashable {
    /// The whole URL. Never log, show or measure it.
    public let secretText: String
    /// `http` or `https`.
    public let scheme: String
    /// Lower case, without brackets around IPv6.
    public let host: String
    /// Always known: the scheme's default if the URL names none.
    public let port: Int
    /// Starts with `/`; percent-encoding as given.
    public let path: String
    public let query: String?
    /// User and password in the authority part (`http://user:password@host`).
    public let hasUserInfo: Bool

    /// - Throws: `invalid_request` for anything but an absolute http(s) URL.
    public init(_ text: String) throws(UpstreamError) {
        try self.init(text, relativeTo: nil)
    }

    /// The target of a Location header, absolute or relative, as seen from this URL.
    public func resolving(_ location: String) throws(UpstreamError) -> UpstreamURL {
        try UpstreamURL(location, relativeTo: self)
    }

    private init(_ text: String, relativeTo base: UpstreamURL?) throws(UpstreamError) {
        // Spaces happen in Location headers of the wild; they are encoded. Control characters never are welcome.
        guard UpstreamHeader.isSafe(value: text), text.utf8.count <= Self.maximumLength, let handle = curl_url() else {
            throw Self.malformed
        }
        defer { curl_url_cleanup(handle) }
        if let base { try Self.set(base.secretText, in: handle) }
        try Self.set(text, in: handle)
        guard let secretText = Self.part(CURLUPART_URL, of: handle),
            let scheme = Self.part(CURLUPART_SCHEME, of: handle)?.lowercased(), ["http", "https"].contains(scheme),
            let host = Self.part(CURLUPART_HOST, of: handle)?.lowercased(), !host.isEmpty,
            let port = Self.part(CURLUPART_PORT, of: handle).flatMap({ Int($0) }), (1...65_535).contains(port)
        else { throw Self.malformed }
        self.secretText = secretText
        self.scheme = scheme
        self.host = String(host.drop { $0 == "[" }.prefix { $0 != "]" })
        self.port = port
        path = Self.part(CURLUPART_PATH, of: handle) ?? "/"
        query = Self.part(CURLUPART_QUERY, of: handle)
        hasUserInfo = Self.part(CURLUPART_USER, of: handle) != nil
    }

    /// Whether both name the same server: scheme, host and port.
    public func isSameServer(as other: UpstreamURL) -> Bool {
        scheme == other.scheme && host == other.host && port == other.port
    }

    private static let maximumLength = 8 * 1024
    private static let malformed = UpstreamError(.invalidRequest, "not an absolute http or https URL")

    private static func set(_ text: String, in handle: OpaquePointer) throws(UpstreamError) {
        let flags = UInt32(CURLU_URLENCODE | CURLU_ALLOW_SPACE)
        guard curl_url_set(handle, CURLUPART_URL, text, flags) == CURLUE_OK else { throw malformed }
    }

    private static func part(_ part: CURLUPart, of handle: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        // Only for the port: in the URL itself a default port would be new text.
        let flags = part == CURLUPART_PORT ? UInt32(CURLU_DEFAULT_PORT) : 0
        guard curl_url_get(handle, part, &text, flags) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}

extension UpstreamURL: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "[upstream URL]" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
