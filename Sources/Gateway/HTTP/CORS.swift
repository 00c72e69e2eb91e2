import HTTPTypes
import Hummingbird

/// Cross-origin access by `CORS_ORIGINS`, on answers and errors alike, and every OPTIONS request.
///
/// Own, because Hummingbird's knows one fixed origin or all, and leaves errors thrown by other middleware without headers.
struct CORS: Sendable {
    let origins: GatewaySettings.Origins

    private static let methods = "GET, HEAD, OPTIONS"

    /// Adds what an answer to a request with that `Origin` needs.
    func allow(_ origin: String?, _ headers: inout HTTPFields) {
        if origins != .any { headers.append(HTTPField(name: .vary, value: "Origin")) }
        guard let allowed = allowed(origin) else { return }
        headers[.accessControlAllowOrigin] = allowed
        headers[.accessControlExposeHeaders] =
            "X-Request-Id, X-Quality, X-Direct-Play, Retry-After, ETag, Date, Accept-Ranges, Content-Range"
    }

    private func allowed(_ origin: String?) -> String? {
        switch origins {
        case .any: "*"
        case .only(let known): origin.flatMap { known.contains($0) ? $0 : nil }
        }
    }

    /// The answer to OPTIONS, without what `allow` adds.
    func preflight() -> Response {
        var headers: HTTPFields = [.allow: Self.methods, .accessControlAllowMethods: Self.methods]
        headers[.accessControlAllowHeaders] =
            "Accept, Content-Type, If-None-Match, If-Range, Range, X-Playback-Session-Id, X-Request-Id"
        headers[.accessControlMaxAge] = "86400"
        return Response(status: .noContent, headers: headers)
    }
}
