import Contracts
import Live
import Metrics
import Upstream

/// What a failed opening of a source means for the channel, in words for a person (PROVIDER.md, "Connections"). Pure.
enum SourceFailure {
    static let cancelled = LiveSourceError(code: "cancelled", message: "The channel was stopped.", isFinal: true)
    static let suspended = LiveSourceError(
        code: "redis_away", message: "The coordination service is away.", retryAfter: .milliseconds(250))
    static let noToken = LiveSourceError(
        code: "token_unavailable", message: "No address for this channel could be had in time.")

    /// `nil` if the answer is worth reading.
    static func of(_ head: UpstreamHead) -> LiveSourceError? {
        if head.isSuccess {
            return head.contentType == "text/html" ? notMedia : nil
        }
        switch head.status {
        case 404, 410:
            return LiveSourceError(code: "channel_offline", message: "The provider does not have this channel now.")
        case 429, 458, 509:
            return LiveSourceError(
                code: "provider_limit", message: "The provider says that all its connections are in use.",
                retryAfter: head.retryAfter)
        case 401, 403:
            return LiveSourceError(code: "provider_refused", message: "The provider refused the connection.")
        default:
            return LiveSourceError(
                code: "provider_error", message: "The provider answered with status \(head.status).",
                retryAfter: head.retryAfter)
        }
    }

    static func of(_ error: UpstreamError) -> LiveSourceError {
        switch error.code {
        case .cancelled: cancelled
        case .refusedAddress:
            LiveSourceError(
                code: "source_refused_address", message: "The provider led to a private address, which is refused.",
                isFinal: true)
        case .tooManyRedirects:
            LiveSourceError(code: "provider_redirect_loop", message: "The provider redirects in circles.")
        case .stalled, .timeout:
            LiveSourceError(code: "provider_silent", message: "The provider does not answer.")
        default:
            LiveSourceError(
                code: "provider_unreachable", message: "The provider cannot be reached.",
                retryAfter: error.retryAfter)
        }
    }

    static let notMedia = LiveSourceError(
        code: "not_media", message: "The provider sent a page instead of a channel.")
}

/// What openings of sources came to.
enum SourceMetrics {
    /// - Parameter outcome: `ok` or an error code: bounded.
    static func opened(_ outcome: String) {
        Counter(label: "source_opens_total", dimensions: [("outcome", outcome)]).increment()
    }
}
