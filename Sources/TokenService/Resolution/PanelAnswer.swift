import Upstream

/// What one answer of the panel means. Pure: no IO, all of it testable by value.
enum PanelAnswer: Sendable, Equatable {
    case redirect(String)
    /// Media begin right here.
    case media
    case failure(ResolutionFailure)

    /// Bytes of the body that are enough to tell media from a page.
    static let prefix = 512

    /// What is known of the account when an ambiguous refusal has to be read.
    struct Account: Sendable, Equatable {
        /// All connections are in use, as the panel counts.
        let isFull: Bool
        /// `active`, a failure's code, or empty if nothing is known.
        let status: String
    }

    init(_ head: UpstreamHead, body: [UInt8], account: Account) {
        switch head.status {
        case 300...399:
            self = head.location.map { .redirect($0) } ?? .failure(.badRedirect)
        case 200...299:
            self = Self.content(head, body)
        case 429, 458, 509:
            self = .failure(.limit(retryAfter: head.retryAfter))
        case 401, 403:
            // Panels say this for a bad account, for a bad address, and for one connection too many.
            self = .failure(account.isFull ? .limit(retryAfter: head.retryAfter) : Self.refusal(head, account))
        case 404, 410:
            self = .failure(.offline)
        case 400, 405:
            self = .failure(
                ResolutionFailure(
                    "provider_refused", "The provider does not understand the request.", retryAfter: .seconds(30),
                    mayBeWrongPath: true))
        case 500...599:
            self = .failure(
                account.isFull
                    ? .limit(retryAfter: head.retryAfter)
                    : .failed(status: head.status, retryAfter: head.retryAfter))
        default:
            self = .failure(.refused(retryAfter: head.retryAfter))
        }
    }

    private static func refusal(_ head: UpstreamHead, _ account: Account) -> ResolutionFailure {
        switch account.status {
        case "account_expired":
            ResolutionFailure("account_expired", "The provider account has expired.", retryAfter: .seconds(60))
        case "account_disabled":
            ResolutionFailure("account_disabled", "The provider has disabled the account.", retryAfter: .seconds(60))
        default: .refused(retryAfter: head.retryAfter)
        }
    }

    private static func content(_ head: UpstreamHead, _ body: [UInt8]) -> PanelAnswer {
        if body.isEmpty { return .failure(.offline) }
        let isTransportStream = body.first == 0x47
        let start = String(decoding: body.drop { $0 <= 0x20 }.prefix(16), as: UTF8.self).lowercased()
        if isTransportStream || start.hasPrefix("#extm3u") { return .media }
        if start.hasPrefix("<") || start.hasPrefix("{") || start.hasPrefix("[") { return .failure(.notMedia) }
        let type = head.contentType ?? ""
        let isText = type.hasPrefix("text/") || type == "application/json" || type == "application/xml"
        // Servers that do not know a film's extension may call it text; text has no zero bytes.
        return isText && !type.contains("mpegurl") && !body.contains(0) ? .failure(.notMedia) : .media
    }
}
