import HTTPTypes
import Hummingbird

/// Refuses what no route of this gateway takes: other methods, bodies of GET, and addresses longer than any of ours.
struct RequestLimits: RouterMiddleware {
    typealias Context = GatewayContext

    /// Longest path with its query, in bytes. Ours are below 300.
    static let maximumTarget = 4096

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        guard request.uri.string.utf8.count <= Self.maximumTarget else {
            throw APIError(.uriTooLong, "uri_too_long", "The address is longer than \(Self.maximumTarget) bytes.")
        }
        guard request.method == .get || request.method == .head else {
            // A route that takes another method reads a small body of its own (`JSONInput`).
            if context.endpointPath != nil { return try await next(request, context) }
            throw APIError(.methodNotAllowed, "method_not_allowed", "Only GET, HEAD and OPTIONS are understood here.")
        }
        if request.headers.contains(.transferEncoding) || (request.headers[.contentLength].map { $0 != "0" } ?? false) {
            throw APIError(.badRequest, "unexpected_body", "A \(request.method.rawValue) request has no body here.")
        }
        return try await next(request, context)
    }
}
