import Contracts
import FoundationEssentials
import Redis

/// Direct play without a byte through us: sends a viewer to the provider's own address, where that is safe (DESIGN §7).
struct ProviderRedirect: Sendable {
    let parts: GatewayParts
    let subscriber: RedisSubscriber

    /// A provider that takes longer is not worth it: the film comes through us instead.
    private static let patience = Duration.seconds(5)

    enum Outcome: Sendable, Equatable {
        /// The address holds a token: it goes to this viewer and nowhere else.
        case location(String)
        /// Why not: `FilmLoan.Outcome`, `no_address` or `unsafe_address`.
        case refused(String)
    }

    /// Takes a connection for the viewer, if there is one.
    func take(_ film: StreamID, container: String?, request: String) async -> Outcome {
        let requester = TokenRequester(redis: parts.redis, subscriber: subscriber, keys: parts.keys)
        let answer = try? await requester.token(
            for: film, container: container, failedSerial: nil, deadline: .now + Self.patience, request: request)
        guard case .token(let token, _)? = answer, let address = token.url else { return .refused("no_address") }
        guard Self.isSafe(address) else { return .refused("unsafe_address") }
        guard let loan = try? await FilmLoan(redis: parts.redis, keys: parts.keys).take(film) else {
            return .refused("no_slot")
        }
        return loan == .lent ? .location(address) : .refused(loan.rawValue)
    }

    /// Whether a viewer may see this address: https, so that pages may load it and nobody on the way reads the token, and
    /// without anything that could be the account's name and password.
    static func isSafe(_ address: String) -> Bool {
        guard let url = URLComponents(string: address), url.scheme?.lowercased() == "https", url.host?.isEmpty == false,
            url.user == nil, url.password == nil, address.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { return false }
        let names = (url.query ?? "").lowercased().split(separator: "&").map { $0.prefix { $0 != "=" } }
        guard !names.contains(where: { ["username", "user", "password", "pass"].contains($0) }) else { return false }
        // `/movie/<user>/<password>/<id>.<extension>` and its like (PROVIDER.md, "Media URLs"), also below a panel's own folder.
        let path = url.path.lowercased().split(separator: "/")
        guard let section = path.firstIndex(where: { ["movie", "series", "live"].contains($0) }) else { return true }
        return path.count - section < 4
    }
}
