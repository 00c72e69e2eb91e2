import HTTPTypes
import Hummingbird
import Runtime

/// Whose address counts: the peer's, or what a trusted proxy says of it.
struct ClientAddress: Sendable {
    let trustedProxies: [CIDR]

    /// An IPv6 address counts by its network (/64), which is one household or phone.
    func address(of context: GatewayContext) -> String { Self.group(whole(of: context)) }

    /// As it is; `-` without a peer. Worked out anew each time: playlists and segments do without.
    func whole(of context: GatewayContext) -> String { find(peer: context.peer, forwarded: context.forwarded) }

    /// The last address in `X-Forwarded-For` that is not a trusted proxy's own; what stands before it anybody may have written.
    func find(peer: String?, forwarded: String?) -> String {
        guard let peer else { return "-" }
        guard isTrusted(peer), let forwarded else { return peer }
        let hops = forwarded.split(separator: ",").suffix(10).map { $0.filter { $0 != " " } }
        return hops.last { !isTrusted($0) && $0.utf8.count <= 45 } ?? peer
    }

    private func isTrusted(_ address: String) -> Bool { trustedProxies.contains { $0.contains(address) } }

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
