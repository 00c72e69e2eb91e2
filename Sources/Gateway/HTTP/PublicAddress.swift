import HTTPTypes
import Hummingbird
import Runtime

/// Which address viewers reach this gateway at: `PUBLIC_URL`, or what the request says.
struct PublicAddress: Sendable {
    let configured: String?
    let trustedProxies: [CIDR]

    /// `https://tv.example.com`, without a slash at the end. Forwarded headers count only from a trusted proxy.
    func base(of request: Request, context: GatewayContext) -> String {
        if let configured { return configured }
        let isTrusted = context.peer.map { peer in trustedProxies.contains { $0.contains(peer) } } ?? false
        let forwardedHost = isTrusted ? request.headers[.xForwardedHost] : nil
        let scheme = isTrusted && request.headers[.xForwardedProto]?.lowercased() == "https" ? "https" : "http"
        let host = [forwardedHost, request.head.authority, request.headers[.host]].compactMap { $0 }.first(
            where: Self.isHost)
        // Without a usable host the URL is relative to the request's own.
        return host.map { "\(scheme)://\($0)" } ?? ""
    }

    /// What can stand between `//` and `/` of a URL, and nothing that could break out of it.
    static func isHost(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                    || [0x2d, 0x2e, 0x3a, 0x5b, 0x5d, 0x5f].contains(byte)
            }
    }
}
