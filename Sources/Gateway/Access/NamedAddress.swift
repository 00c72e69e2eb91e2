import Hummingbird

/// `/as/:name/:password/…`: any address of ours with its viewer in front, for frontends of another origin that can only be told base
/// URLs. Their browsers keep no cookie of ours, and the film addresses that they make have no place for a name.
///
/// Answered as the address behind it with `username=` and `password=`, which every playback route takes.
struct NamedAddress<Inner: HTTPResponder>: HTTPResponder where Inner.Context == GatewayContext {
    let inner: Inner

    func respond(to request: Request, context: GatewayContext) async throws -> Response {
        guard let target = NamedTarget.plain(request.uri.string) else {
            return try await inner.respond(to: request, context: context)
        }
        var head = request.head
        head.path = target
        return try await inner.respond(to: Request(head: head, body: request.body), context: context)
    }
}

enum NamedTarget {
    private static let prefix = "/as/"

    /// `/as/ama/secret/api/stream/vod/1?quality=480p` as `/api/stream/vod/1?quality=480p&username=ama&password=secret`; `nil` for every
    /// other target. What the query says already comes first, and so counts.
    static func plain(_ target: String) -> String? {
        guard target.hasPrefix(prefix) else { return nil }
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let parts = halves[0].dropFirst(prefix.count).split(
            separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let name = PercentText.decode(String(parts[0])),
            let password = PercentText.decode(String(parts[1])), !name.isEmpty, !password.isEmpty
        else { return nil }
        let query = halves.count == 2 && !halves[1].isEmpty ? "\(halves[1])&" : ""
        let account = "username=\(PercentText.encode(name))&password=\(PercentText.encode(password))"
        return "/\(parts[2])?\(query)\(account)"
    }
}
