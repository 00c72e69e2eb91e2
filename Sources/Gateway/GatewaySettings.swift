import Contracts
import HTTPTypes
import Runtime
import S3

/// The gateway's own settings; what all services share is in `CommonSettings`.
///
/// | variable | default | meaning |
/// | --- | --- | --- |
/// | `PORT` | 3000 | public port; 0 takes any free one |
/// | `PUBLIC_URL` | from the request's Host | how viewers reach this gateway, for the absolute URLs in JSON answers |
/// | `CORS_ORIGINS` | `*`; nothing in production | comma list of origins whose pages may read answers, or `*` |
/// | `TRUSTED_PROXIES` | none | networks whose `X-Forwarded-Proto` and `X-Forwarded-Host` count |
/// | `REAL_IP_HEADER` | none | header in which a trusted proxy says the viewer's one address: `X-Real-IP`, `CF-Connecting-IP` |
/// | `DEFAULT_QUALITY` | `720p` | variant that players begin with |
/// | `MAX_QUALITY` | `1080p` | no video variant above it is offered |
/// | `GATEWAY_CACHE_BYTES` | 256M | memory for segments; least recently used go |
/// | `GATEWAY_IMAGE_BYTES` | 32M | memory for posters and logos; least recently used go |
/// | `LIVE_START_TIMEOUT` | 10s | longest time that the first request of a cold channel is held |
/// | `LIVE_TOKEN_TTL` | 300 | life of a provider token, for `expiresIn` while nothing is known; 0: none is used twice |
/// | `MAX_CONNECTIONS` | 20000 | open viewer connections; more wait in the backlog |
/// | `MAX_HELD_REQUESTS` | 20000 | requests that wait for a segment; more are answered 503 |
/// | `BANDWIDTH_FREE_GB`, `BANDWIDTH_PRICE_PER_GB` | 100, 0.10 | what the platform asks; for `/api/stats/bandwidth` |
/// | `MAX_LIVE_VIEWS` | 500 | channels followed at once; more are answered 503 |
/// | `MAX_FILM_VIEWS` | 2000 | films followed at once; more are answered 503 |
/// | `FILM_START_TIMEOUT` | 10s | longest time that a request waits for what is in a film |
/// | `FILM_SEGMENT_TIMEOUT` | 15s | longest time that a request waits for a film's segment |
/// | `DIRECT_PLAY` | `redirect` | how browser-ready MP4 files reach viewers: `redirect` to the provider, or `proxy` |
/// | `SEGMENT_DELIVERY` | `gateway` | films' stored segments come through it, or by `presigned` URLs from `SEGMENT_STORE_URL` |
/// | `ACCESS` | `open`; must be said in production | who may watch: `open` (everybody) or `viewers` (accounts) |
/// | `ADMIN_API_KEY` | none | the operator's key; without it `/api/admin` is closed |
/// | `HLS_PLAYLIST_TTL` | 3600 | how long players and caches may keep a film's playlists |
///
/// Where the web player lies is in `WebSettings`.
struct GatewaySettings: Sendable {
    /// How a file that browsers can play reaches them (DESIGN §7).
    enum DirectPlay: String, Sendable, CaseIterable {
        /// 302 to the provider's own address, where that is safe: not a byte through us.
        case redirect
        /// Through the film's one reader.
        case proxy
    }

    /// How stored segments of films reach viewers.
    private enum Delivery: String, CaseIterable {
        case gateway
        case presigned
    }

    enum Origins: Sendable, Equatable {
        case any
        case only(Set<String>)
    }

    var port = 3000
    var publicURL: String?
    var origins = Origins.any
    var trustedProxies: [CIDR] = []
    var realAddressHeader: HTTPField.Name?
    var defaultQuality = Quality.p720
    var maximumQuality = Quality.p1080
    var cacheBytes = 256 << 20
    var imageBytes = 32 << 20
    var startTimeout = Duration.seconds(10)
    var tokenTimeToLive = Duration.seconds(300)
    var maximumConnections = 20_000
    var maximumHeld = 20_000
    var maximumViews = 500
    var bandwidthPrice = BandwidthBill.Price()
    var maximumFilms = 2_000
    var filmStartTimeout = Duration.seconds(10)
    var filmSegmentTimeout = Duration.seconds(15)
    var directPlay = DirectPlay.redirect
    /// Where presigned URLs lead; `nil`: none are made.
    var bucket: S3Bucket?
    var playlistTimeToLive = Duration.seconds(3600)
    var web = WebSettings()
    var access = Access.Mode.open
    var adminKey: String?
    var isProduction = false

    init() {}

    init(_ settings: Settings, environment: CommonSettings.Environment) throws(SettingsError) {
        port = try settings.integer("PORT", default: port, range: 0...65_535)
        if settings.raw("PUBLIC_URL") != nil {
            let url = try settings.url("PUBLIC_URL", schemes: ["http", "https"], example: "https://tv.example.com")
            publicURL = url.hasSuffix("/") ? String(url.dropLast()) : url
        }
        let names = try settings.list(
            "CORS_ORIGINS", default: environment == .production ? [] : ["*"], example: "https://app.example.com")
        origins = names.contains("*") ? .any : .only(Set(names))
        trustedProxies = try settings.cidrs("TRUSTED_PROXIES")
        realAddressHeader = try Self.realAddressHeader(settings)
        defaultQuality = try settings.choice("DEFAULT_QUALITY", default: defaultQuality)
        maximumQuality = try settings.choice("MAX_QUALITY", default: maximumQuality)
        cacheBytes = Int(
            try settings.bytes("GATEWAY_CACHE_BYTES", default: Int64(cacheBytes), range: 1 << 20...1 << 40))
        imageBytes = Int(
            try settings.bytes("GATEWAY_IMAGE_BYTES", default: Int64(imageBytes), range: 1 << 20...1 << 40))
        startTimeout = try settings.duration(
            "LIVE_START_TIMEOUT", default: startTimeout, range: .seconds(1)...(.seconds(60)))
        tokenTimeToLive = try settings.duration(
            "LIVE_TOKEN_TTL", default: tokenTimeToLive, range: .zero ... .seconds(86_400))
        maximumConnections = try settings.integer("MAX_CONNECTIONS", default: maximumConnections, range: 10...1_000_000)
        maximumHeld = try settings.integer("MAX_HELD_REQUESTS", default: maximumHeld, range: 10...1_000_000)
        bandwidthPrice = try settings.bandwidthPrice()
        maximumViews = try settings.integer("MAX_LIVE_VIEWS", default: maximumViews, range: 1...10_000)
        maximumFilms = try settings.integer("MAX_FILM_VIEWS", default: maximumFilms, range: 1...100_000)
        filmStartTimeout = try settings.duration(
            "FILM_START_TIMEOUT", default: filmStartTimeout, range: .seconds(1)...(.seconds(60)))
        filmSegmentTimeout = try settings.duration(
            "FILM_SEGMENT_TIMEOUT", default: filmSegmentTimeout, range: .seconds(1)...(.seconds(60)))
        directPlay = try settings.choice("DIRECT_PLAY", default: directPlay)
        if try settings.choice("SEGMENT_DELIVERY", default: Delivery.gateway) == .presigned {
            bucket = try S3Bucket(settings)
        }
        isProduction = environment == .production
        access = try Self.access(settings, isProduction)
        adminKey = try settings.optionalSecret("ADMIN_API_KEY")
        playlistTimeToLive = try settings.duration(
            "HLS_PLAYLIST_TTL", default: playlistTimeToLive, range: .seconds(0)...(.seconds(86_400)))
        web = try WebSettings(settings)
    }

    private static func realAddressHeader(_ settings: Settings) throws(SettingsError) -> HTTPField.Name? {
        guard let text = settings.raw("REAL_IP_HEADER") else { return nil }
        guard text.utf8.count <= 100, let name = HTTPField.Name(text) else {
            throw SettingsError(
                "REAL_IP_HEADER", value: text, expected: "the name of an HTTP header", example: "X-Real-IP")
        }
        return name
    }

    /// In production nobody shall find out from the bill that everybody may watch.
    private static func access(_ settings: Settings, _ isProduction: Bool) throws(SettingsError) -> Access.Mode {
        guard !isProduction || settings.raw("ACCESS") != nil else {
            throw SettingsError(
                "ACCESS", value: nil,
                expected: "viewers, or open if really everybody may watch, when DASH_ENV is production",
                example: "viewers")
        }
        return try settings.choice("ACCESS", default: .open)
    }
}
