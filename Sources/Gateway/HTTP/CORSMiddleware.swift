import HTTPTypes
import Hummingbird

/// Cross-origin access by `CORS_ORIGINS`, on answers and errors alike, and every OPTIONS request.
///
/// Own, because Hummingbird's knows one fixed origin or all, and leaves errors thrown by other middleware without headers.
struct CORSMiddleware: RouterMiddleware {
    typealias Context = GatewayContext

    let origins: GatewaySettings.Origins

    private static let methods = "GET, HEAD, OPTIONS"

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        // OPTIONS is answered here for every path: it starts nothing, not even a look at the path.
        var response = request.method == .options ? preflight(request) : try await next(request, context)
        if origins != .any { response.headers.append(HTTPField(name: .vary, value: "Origin")) }
        guard let allowed = allowed(request.headers[.origin]) else { return response }
        response.headers[.accessControlAllowOrigin] = allowed
        response.headers[.accessControlExposeHeaders] =
            "X-Request-Id, X-Quality, X-Direct-Play, Retry-After, ETag, Date, Accept-Ranges, Content-Range"
        return response
    }

    private func allowed(_ origin: String?) -> String? {
        switch origins {
        case .any: "*"
        case .only(let known): origin.flatMap { known.contains($0) ? $0 : nil }
        }
    }

    private func preflight(_ request: Request) -> Response {
        var headers: HTTPFields = [.allow: Self.methods, .accessControlAllowMethods: Self.methods]
        headers[.accessControlAllowHeaders] =
            "Accept, Content-Type, If-None-Match, If-Range, Range, X-Playback-Session-Id, X-Request-Id"
        headers[.accessControlMaxAge] = "86400"
        return Response(status: .noContent, headers: headers)
    }
}
