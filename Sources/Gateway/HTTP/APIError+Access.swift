import HTTPTypes

/// What viewers and operators are refused with.
extension APIError {
    static let loginRequired = APIError(.unauthorized, "login_required", "Log in to watch.")
    static let wrongCredentials = APIError(.unauthorized, "wrong_credentials", "The name or the password is wrong.")
    static let sessionExpired = APIError(
        .unauthorized, "session_expired", "This has been open for very long; start it again.")
    static let badToken = APIError(.forbidden, "bad_session_token", "This address is not valid; start again.")
    static let foreignSession = APIError(
        .forbidden, "foreign_session", "This address belongs to another stream or another account.")
    static let accountExpired = APIError(.forbidden, "account_expired", "This account has run out.")
    static let kindNotAllowed = APIError(
        .forbidden, "kind_not_allowed", "This account does not include this kind of stream.")
    static let dataCapReached = APIError(
        .forbidden, "data_cap_reached", "This account has used its data for this month.")
    static let loginBusy = APIError(
        .serviceUnavailable, "login_busy", "Too many people are logging in right now; try again.", retryAfter: 3)
    static let crossSite = APIError(
        .forbidden, "cross_site", "This can only be done from this service's own pages.")
    static let adminDisabled = APIError(
        .forbidden, "admin_disabled", "No operator's key is set; set ADMIN_API_KEY and start the gateway again.")
    static let adminKeyRequired = APIError(
        .unauthorized, "admin_key_required", "This needs the operator's key, as Authorization: Bearer.")
    static let adminKeyWrong = APIError(.forbidden, "admin_key_wrong", "The operator's key is another one.")
    static let badBody = APIError(
        .badRequest, "bad_body", "The request's body is not the JSON object that is expected.")
    static let bodyType = APIError(
        .unsupportedMediaType, "unsupported_body", "The request's body must be application/json.")

    static func streamLimit(_ streams: Int) -> APIError {
        APIError(
            .tooManyRequests, "stream_limit",
            streams == 1
                ? "This account already plays a stream elsewhere." : "This account already plays \(streams) streams.",
            retryAfter: 20)
    }

    static func tooManyAttempts(_ seconds: Int) -> APIError {
        APIError(
            .tooManyRequests, "too_many_attempts", "There were too many wrong attempts; wait before the next.",
            retryAfter: seconds)
    }

    static func tooManyRequests(_ seconds: Int) -> APIError {
        APIError(.tooManyRequests, "too_many_requests", "These are too many requests.", retryAfter: seconds)
    }
}
