/// How we behave towards servers outside, and what we refuse. One policy per client: connections are reused only
/// under the policy that opened them.
public struct UpstreamPolicy: Sendable {
    /// What a common player says; some panels refuse empty and unknown agents (PROVIDER.md, "Connections").
    public static let defaultUserAgent = "VLC/3.0.20 LibVLC/3.0.20"

    /// Sent with every request. Visible ASCII.
    public let userAgent: String
    /// DNS, TCP and TLS together, per connection.
    public let connectTimeout: Duration
    /// Hops that are followed before `too_many_redirects`.
    public let maximumRedirects: Int
    /// Bytes of one response's header block.
    public let maximumHeaderBytes: Int
    let addresses: AddressRule

    /// - Parameter allowPrivate: private networks that may be reached (`UPSTREAM_ALLOW_PRIVATE`); none by default.
    /// - Throws: `invalid_request` if the user agent could break out of its header line.
    public init(
        userAgent: String = UpstreamPolicy.defaultUserAgent, allowPrivate: [NetworkBlock] = [],
        connectTimeout: Duration = .seconds(5), maximumRedirects: Int = 5, maximumHeaderBytes: Int = 64 * 1024
    ) throws(UpstreamError) {
        guard UpstreamHeader.isSafe(value: userAgent), !userAgent.isEmpty else {
            throw UpstreamError(.invalidRequest, "the user agent is empty or has characters that a header cannot carry")
        }
        self.userAgent = userAgent
        self.connectTimeout = connectTimeout
        self.maximumRedirects = maximumRedirects
        self.maximumHeaderBytes = maximumHeaderBytes
        self.addresses = AddressRule(allowed: allowPrivate)
    }
}
