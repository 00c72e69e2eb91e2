import Contracts
import Upstream

/// Why a channel or film has no address now: a reason for people and programs, and when to try again.
struct ResolutionFailure: Error, Sendable, Equatable {
    let reason: StreamReason
    let retryAfter: Duration
    /// Another spelling of the address may work: the next pattern of `PROVIDER_LIVE_PATHS`, or another extension.
    let mayBeWrongPath: Bool

    /// - Parameter retryAfter: kept between one second and ten minutes.
    init(_ code: String, _ message: String, retryAfter: Duration, mayBeWrongPath: Bool = false) {
        reason = StreamReason(code: code, message: message)
        self.retryAfter = min(max(retryAfter, .seconds(1)), .seconds(600))
        self.mayBeWrongPath = mayBeWrongPath
    }

    static func refused(retryAfter: Duration?) -> ResolutionFailure {
        ResolutionFailure(
            "provider_refused",
            "The provider refuses us (account, address or user agent; see UPSTREAM_USER_AGENT).",
            retryAfter: retryAfter ?? .seconds(30))
    }

    static func limit(retryAfter: Duration?) -> ResolutionFailure {
        // The panel notices a closed connection up to 13 s late (PROVIDER.md): soon enough to be worth a try.
        ResolutionFailure(
            "provider_limit", "The provider says that all connections of the account are in use.",
            retryAfter: retryAfter ?? .seconds(5))
    }

    static func failed(status: Int, retryAfter: Duration?) -> ResolutionFailure {
        ResolutionFailure(
            "provider_failed", "The provider answers with an error (status \(status)).",
            retryAfter: retryAfter ?? .seconds(5))
    }

    static let offline = ResolutionFailure(
        "channel_offline", "The provider does not have this channel on air now.", retryAfter: .seconds(15),
        mayBeWrongPath: true)
    static let notMedia = ResolutionFailure(
        "not_media", "The provider answers with a page instead of the channel.", retryAfter: .seconds(30),
        mayBeWrongPath: true)
    static let loop = ResolutionFailure(
        "provider_redirect_loop", "The provider redirects without end.", retryAfter: .seconds(30))
    static let badRedirect = ResolutionFailure(
        "provider_failed", "The provider redirects to something that is not a web address.", retryAfter: .seconds(30))
    static let exposesCredentials = ResolutionFailure(
        "provider_exposes_credentials",
        "The provider's media address holds the account's password, and PROVIDER_MEDIA_WITH_CREDENTIALS is not set.",
        retryAfter: .seconds(60))
    /// A minute: a title that is not there does not come back by itself.
    static let filmUnavailable = ResolutionFailure(
        "film_unavailable", "The provider does not have this film.", retryAfter: .seconds(60), mayBeWrongPath: true)
    static let filmIsNotMedia = ResolutionFailure(
        "not_media", "The provider answers with a page instead of the film.", retryAfter: .seconds(30),
        mayBeWrongPath: true)
    static let noSuchEpisode = ResolutionFailure(
        "film_unavailable", "The provider does not have this episode.", retryAfter: .seconds(60))

    static let catalogIsNoJSON = ResolutionFailure(
        "provider_failed", "The provider's catalog answers with something that is no JSON.", retryAfter: .seconds(30))

    static let catalogIsNoList = ResolutionFailure(
        "provider_failed", "The provider answers with something that is not its list, or with half of it.",
        retryAfter: .seconds(30))

    /// The same, said of a film.
    var ofFilm: ResolutionFailure {
        switch self {
        case .offline: .filmUnavailable
        case .notMedia: .filmIsNotMedia
        default: self
        }
    }

    static func mapped<Value>(
        _ body: () throws(UpstreamError) -> Value
    ) throws(ResolutionFailure) -> Value {
        do { return try body() } catch { throw ResolutionFailure(error) }
    }

    /// The exchange itself failed.
    init(_ error: UpstreamError) {
        switch error.code {
        case .refusedAddress:
            self.init(
                "provider_private_address",
                "The provider's address is a private one, and UPSTREAM_ALLOW_PRIVATE does not name it.",
                retryAfter: .seconds(60))
        case .tls:
            self.init(
                "provider_unreachable", "The provider's TLS certificate or handshake is bad.", retryAfter: .seconds(30))
        case .overloaded:
            self.init("token_service_busy", "Too many addresses are being looked up at once.", retryAfter: .seconds(1))
        default:
            self.init(
                "provider_unreachable", "The provider does not answer (\(error.code)).", retryAfter: .seconds(3))
        }
    }
}
