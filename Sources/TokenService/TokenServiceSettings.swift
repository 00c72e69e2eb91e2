import Runtime
import Upstream

/// Settings of the TokenService, besides the common ones.
///
/// | variable | default | meaning |
/// | --- | --- | --- |
/// | `STARSHARE_BASE_URL` | required | the panel, `http://panel.example:8080` |
/// | `STARSHARE_USERNAME`, `STARSHARE_PASSWORD` | required | the account; nothing else in the system knows it |
/// | `LIVE_TOKEN_TTL` | 300 | seconds for which a resolved address is reused; 0: never |
/// | `METADATA_CACHE_TTL` | 86400 | seconds, to 30 d, for which the catalog's word on a film or series is good; 0: never |
/// | `PROVIDER_LIVE_PATHS` | `/live/{username}/{password}/{id}.ts,/{username}/{password}/{id}` | tried in order until one is known |
/// | `PROVIDER_CHECK_INTERVAL` | 30 | seconds between looks at the account's connections |
/// | `PROVIDER_MAX_CONNECTIONS` | the account's | a lower cap, 1 to 1000, to leave connections to other devices |
/// | `PROVIDER_TIMEOUT` | 8 | seconds for one resolution, all hops together |
/// | `PROVIDER_MEDIA_WITH_CREDENTIALS` | false | accept panels whose media address itself holds the credentials; transcoders then see them |
/// | `TOKEN_CONCURRENCY` | 16 | resolutions at a time in this process |
/// | `UPSTREAM_USER_AGENT` | as VLC | what the provider is told that we are; keep it equal in all services |
/// | `UPSTREAM_ALLOW_PRIVATE` | none | private networks that may be reached, for demos and tests |
struct TokenServiceSettings: Sendable {
    let panel: Panel
    /// Milliseconds.
    let tokenTimeToLive: Int64
    /// Milliseconds.
    let metadataTimeToLive: Int64
    let checkInterval: Duration
    let maximumConnections: Int?
    let timeout: Duration
    let handsOutCredentials: Bool
    let concurrency: Int
    let policy: UpstreamPolicy

    init(_ settings: Settings) throws(SettingsError) {
        panel = try Self.panel(settings)
        tokenTimeToLive = try settings.duration(
            "LIVE_TOKEN_TTL", default: .seconds(300), range: .zero ... .seconds(86_400)
        )
        .milliseconds
        metadataTimeToLive = try settings.duration(
            "METADATA_CACHE_TTL", default: .seconds(86_400), range: .zero ... .seconds(30 * 86_400)
        )
        .milliseconds
        checkInterval = try settings.duration(
            "PROVIDER_CHECK_INTERVAL", default: .seconds(30), range: .seconds(1) ... .seconds(3600))
        maximumConnections =
            settings.raw("PROVIDER_MAX_CONNECTIONS") == nil
            ? nil : try settings.integer("PROVIDER_MAX_CONNECTIONS", range: 1...1000)
        timeout = try settings.duration("PROVIDER_TIMEOUT", default: .seconds(8), range: .seconds(1) ... .seconds(30))
        handsOutCredentials = try settings.flag("PROVIDER_MEDIA_WITH_CREDENTIALS", default: false)
        concurrency = try settings.integer("TOKEN_CONCURRENCY", default: 16, range: 1...256)
        policy = try Self.policy(settings)
    }

    private static func panel(_ settings: Settings) throws(SettingsError) -> Panel {
        let example = "http://panel.example:8080"
        let text = try settings.url("STARSHARE_BASE_URL", schemes: ["http", "https"], example: example)
        guard let base = try? UpstreamURL(text), base.query == nil, !base.hasUserInfo else {
            throw SettingsError(
                "STARSHARE_BASE_URL", value: nil, expected: "an http or https URL without user, password and query",
                example: example)
        }
        Secrets.register(base.host)
        let paths = try settings.list("PROVIDER_LIVE_PATHS", default: Panel.defaultLivePaths, maximumCount: 5)
        guard paths.allSatisfy(Panel.isLivePath) else {
            throw SettingsError(
                "PROVIDER_LIVE_PATHS", value: nil,
                expected: "paths that begin with / and hold {username}, {password} and {id}",
                example: Panel.defaultLivePaths.joined(separator: ","))
        }
        return Panel(
            base: base, username: try settings.secret("STARSHARE_USERNAME", example: "user"),
            password: try settings.secret("STARSHARE_PASSWORD", example: "password"), livePaths: paths)
    }

    private static func policy(_ settings: Settings) throws(SettingsError) -> UpstreamPolicy {
        // Read twice: the common reader checks and explains, the client has a type of its own.
        let allowed = try settings.cidrs("UPSTREAM_ALLOW_PRIVATE").compactMap { NetworkBlock($0.description) }
        let agent = try settings.text(
            "UPSTREAM_USER_AGENT", default: UpstreamPolicy.defaultUserAgent, maximumLength: 200,
            description: "a text of 1 to 200 printable ASCII characters"
        ) { $0.isASCII && !$0.isNewline && ($0.asciiValue ?? 0) >= 0x20 && $0 != "\u{7f}" }
        do {
            return try UpstreamPolicy(userAgent: agent, allowPrivate: allowed)
        } catch {
            throw SettingsError(
                "UPSTREAM_USER_AGENT", value: nil, expected: error.message, example: UpstreamPolicy.defaultUserAgent)
        }
    }
}

extension Duration {
    /// Whole milliseconds.
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
