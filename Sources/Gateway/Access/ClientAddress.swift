import HTTPTypes
import Hummingbird
import Runtime

/// Whose address counts: the peer's, or what a trusted proxy says of it.
struct ClientAddress: Sendable {
    let trustedProxies: [CIDR]
    /// Header in which a trusted proxy writes nothing but the viewer's address (`REAL_IP_HEADER`); `nil`: none.
    var realAddressHeader: HTTPField.Name?

    /// An IPv6 address counts by its network (/64), which is one household or phone.
    func address(of context: GatewayContext) -> String { Self.group(whole(of: context)) }

    /// As it is; `-` without a peer. Worked out anew each time: playlists and segments do without.
    func whole(of context: GatewayContext) -> String {
        find(peer: context.peer, forwarded: context.forwarded, real: context.realAddress)
    }

    /// `real` if it is an address, else the last one in `X-Forwarded-For` that is not a trusted proxy's own; what stands before it anybody
    /// may have written. From a peer that is not a trusted proxy neither counts.
    /// - Parameter real: what the header of `REAL_IP_HEADER` says.
    func find(peer: String?, forwarded: String?, real: String? = nil) -> String {
        guard let peer else { return "-" }
        guard isTrusted(peer) else { return peer }
        if let real, Self.isAddress(real) { return real }
        guard let forwarded else { return peer }
        let hops = forwarded.split(separator: ",").suffix(10).map { $0.filter { $0 != " " } }
        return hops.last { !isTrusted($0) && $0.utf8.count <= 45 } ?? peer
    }

    private func isTrusted(_ address: String) -> Bool { trustedProxies.contains { $0.contains(address) } }

    /// Whether it is one literal address, IPv4 or IPv6, and nothing else.
    private static func isAddress(_ text: String) -> Bool {
        text.utf8.count <= 45 && !text.contains("/") && CIDR(text) != nil
    }

    static func group(_ address: String) -> String {
        let groups = address.split(separator: ":", omittingEmptySubsequences: false)
        // `::ffff:192.0.2.1` and IPv4 stay whole.
        guard groups.count > 2, !address.contains(".") else { return address }
        guard let gap = address.firstRange(of: "::") else { return groups.prefix(4).joined(separator: ":") }
        let head = address[..<gap.lowerBound].split(separator: ":")
        let tail = address[gap.upperBound...].split(separator: ":")
        let whole = head + Array(repeating: "0", count: max(0, 8 - head.count - tail.count)) + tail
        return whole.prefix(4).joined(separator: ":")
    }
}
