import Contracts
import Crypto
import FoundationEssentials
import RegexBuilder
import Upstream

/// The provider's panel and our account there: the one place where credentials become part of a URL.
///
/// Printing it shows nothing.
struct Panel: Sendable {
    static let defaultLivePaths = ["/live/{username}/{password}/{id}.ts", "/{username}/{password}/{id}"]

    let base: UpstreamURL
    private let username: String
    private let password: String
    private let livePaths: [String]

    init(base: UpstreamURL, username: String, password: String, livePaths: [String] = Panel.defaultLivePaths) {
        self.base = base
        self.username = username
        self.password = password
        self.livePaths = livePaths
    }

    static func isLivePath(_ path: String) -> Bool {
        path.hasPrefix("/") && ["{username}", "{password}", "{id}"].allSatisfy(path.contains)
            && path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
    }

    var livePathCount: Int { livePaths.count }

    /// The address of a live channel, after pattern number `index` of `PROVIDER_LIVE_PATHS`.
    func live(_ stream: StreamID, path index: Int) throws(UpstreamError) -> UpstreamURL {
        let path = livePaths[index % livePaths.count]
            .replacing("{username}", with: PercentEncoding.encode(username))
            .replacing("{password}", with: PercentEncoding.encode(password))
            .replacing("{id}", with: stream.number)
        return try UpstreamURL(root + path)
    }

    /// The address of a film or an episode.
    func film(_ place: FilmPlace) throws(UpstreamError) -> UpstreamURL {
        let account = "\(PercentEncoding.encode(username))/\(PercentEncoding.encode(password))"
        return try UpstreamURL("\(root)/\(place.section.rawValue)/\(account)/\(place.id).\(place.container)")
    }

    /// The account's own data (`player_api.php` without an action).
    func account() throws(UpstreamError) -> UpstreamURL {
        try UpstreamURL(
            "\(root)/player_api.php?username=\(PercentEncoding.encode(username))"
                + "&password=\(PercentEncoding.encode(password))")
    }

    /// A question to the catalog, such as `get_vod_info` with `vod_id`.
    func catalog(_ action: String, _ parameter: String, _ value: String) throws(UpstreamError) -> UpstreamURL {
        let account = try account().secretText
        return try UpstreamURL("\(account)&action=\(action)&\(parameter)=\(PercentEncoding.encode(value))")
    }

    /// A whole list of the catalog, such as `get_vod_streams`.
    func catalog(_ action: String) throws(UpstreamError) -> UpstreamURL {
        try UpstreamURL("\(try account().secretText)&action=\(action)")
    }

    /// Whether a URL carries our password: as user info, as a part of its path or query, or inside one if it is long enough
    /// not to be there by chance.
    func hasCredentials(_ url: UpstreamURL) -> Bool {
        if url.hasUserInfo { return true }
        // The whole, too: a password may hold what parts are cut at, and panels redirect without encoding it.
        let texts = [url.secretText, PercentEncoding.decode(url.secretText)]
        if password.utf8.count >= 6 { return texts.contains { $0.contains(password) } }
        return ["/?&=#;:@", "/?&=#"].contains { separators in
            url.secretText.split { separators.contains($0) }.contains { PercentEncoding.decode(String($0)) == password }
        }
    }

    /// A text for viewers: our host, account name and password are left out, unless they are so short that they are words.
    func redacted(_ text: String) -> String {
        let lower = text.lowercased()
        return [base.host, username, password].filter { $0.utf8.count >= 6 && lower.contains($0.lowercased()) }
            .reduce(text) { text, secret in text.replacing(Regex { secret }.ignoresCase(), with: "…") }
    }

    /// For keys of images: without the account nobody can tell which address one stands for.
    var imageKey: SymmetricKey { SymmetricKey(data: SHA256.hash(data: Data("images \(username) \(password)".utf8))) }

    /// The panel's address without a slash at the end; it may have a path of its own.
    private var root: String {
        var text = base.secretText[...]
        while text.hasSuffix("/") { text = text.dropLast() }
        return String(text)
    }
}

extension Panel: CustomStringConvertible, CustomReflectable {
    var description: String { "[panel]" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
