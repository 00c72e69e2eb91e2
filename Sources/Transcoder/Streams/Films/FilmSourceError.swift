import Contracts
import Upstream

/// Why a film's bytes cannot be had, in words for a person (PROVIDER.md, "Connections").
struct FilmSourceError: Error, Sendable, Equatable {
    /// Stable code and a sentence without any URL, host or credential.
    let reason: StreamReason
    /// Asking again within seconds cannot help.
    let isFinal: Bool
    /// What the source asked to wait before the next attempt.
    let retryAfter: Duration?

    init(_ reason: StreamReason, isFinal: Bool = false, retryAfter: Duration? = nil) {
        self.reason = reason
        self.isFinal = isFinal
        self.retryAfter = retryAfter
    }

    init(code: String, message: String, isFinal: Bool = false, retryAfter: Duration? = nil) {
        self.init(StreamReason(code: code, message: message), isFinal: isFinal, retryAfter: retryAfter)
    }

    static let stopped = FilmSourceError(code: "cancelled", message: "The film was stopped.", isFinal: true)
    static let slow = FilmSourceError(
        code: "provider_slow", message: "The provider sends this film too slowly; try again in a moment.")
    static let noToken = FilmSourceError(
        code: "token_unavailable", message: "No address for this film could be had in time.")
    static let noConnection = FilmSourceError(
        code: "no_free_connection", message: "All connections of the provider account are in use.",
        retryAfter: .seconds(5))
    static let notMedia = FilmSourceError(
        code: "not_media", message: "The provider sent a page instead of a film.", isFinal: true)
    static let gone = FilmSourceError(
        code: "film_unavailable", message: "The provider does not have this film now.", isFinal: true)
    static let notSeekable = FilmSourceError(
        code: "not_seekable", message: "The provider cannot send a part of this film.", isFinal: true)
    static let badRange = FilmSourceError(
        code: "provider_bad_range", message: "The provider sent another part of the film than it was asked for.")
    static let closed = FilmSourceError(code: "provider_closed", message: "The provider ended the film too early.")
    static let changed = FilmSourceError(
        code: "source_changed", message: "The film changed on the provider's side; open it again.", isFinal: true)
    static let empty = FilmSourceError(code: "empty_file", message: "The film's file is empty.", isFinal: true)
    static let tooLarge = FilmSourceError(
        code: "film_too_large", message: "The provider claims a size for this film that no film has.", isFinal: true)
    static let redisAway = FilmSourceError(code: "redis_away", message: "The coordination service is away.")

    /// What a response to a range request means; `nil`: it is worth reading.
    /// - Parameters:
    ///   - first: first byte that was asked for.
    ///   - size: bytes of the whole, if known already.
    static func of(_ head: UpstreamHead, first: Int64, size: Int64?) -> FilmSourceError? {
        switch head.status {
        case 206:
            if head.contentType == "text/html" { return notMedia }
            guard let range = head.contentRange, range.bytes?.lowerBound == first else { return badRange }
            guard let total = range.total else { return notSeekable }
            guard total <= FilmReader.mostBytes else { return tooLarge }
            return size.map { $0 == total } ?? true ? nil : changed
        case 200...299:
            if head.contentType == "text/html" { return notMedia }
            guard first == 0, let length = head.contentLength else { return notSeekable }
            if length == 0 { return empty }
            guard length <= FilmReader.mostBytes else { return tooLarge }
            return size.map { $0 == length } ?? true ? nil : changed
        case 416: return first == 0 ? empty : changed
        case 404, 410:
            return gone
        case 429, 458, 509:
            return FilmSourceError(
                code: "provider_limit", message: "The provider says that all its connections are in use.",
                retryAfter: head.retryAfter ?? .seconds(5))
        case 401, 403: return FilmSourceError(code: "provider_refused", message: "The provider refused the connection.")
        default:
            return FilmSourceError(
                code: "provider_error", message: "The provider answered with status \(head.status).",
                retryAfter: head.retryAfter)
        }
    }

    static func of(_ error: UpstreamError) -> FilmSourceError {
        switch error.code {
        case .cancelled: stopped
        case .refusedAddress:
            FilmSourceError(
                code: "source_refused_address", message: "The provider led to a private address, which is refused.",
                isFinal: true)
        case .tooManyRedirects:
            FilmSourceError(code: "provider_redirect_loop", message: "The provider redirects in circles.")
        case .stalled, .timeout: slow
        case .closed: FilmSourceError(closed.reason, retryAfter: error.retryAfter)
        default:
            FilmSourceError(
                code: "provider_unreachable", message: "The provider cannot be reached.", retryAfter: error.retryAfter)
        }
    }
}
