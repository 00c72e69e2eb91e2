import HTTPTypes
import Hummingbird

/// Refuses what no route of this gateway takes: other methods, bodies of GET, and addresses longer than any of ours.
enum RequestLimits {
    /// Longest path with its query, in bytes. Ours are below 300.
    static let maximumTarget = 4096

    /// Throws 400, 405 or 414.
    static func check(_ request: Request, _ context: GatewayContext) throws(APIError) {
        guard request.uri.string.utf8.count <= maximumTarget else {
            throw APIError(.uriTooLong, "uri_too_long", "The address is longer than \(maximumTarget) bytes.")
        }
        guard request.method == .get || request.method == .head else {
            // A route that takes another method reads a small body of its own (`JSONInput`).
            if context.endpointPath != nil { return }
            throw APIError(.methodNotAllowed, "method_not_allowed", "Only GET, HEAD and OPTIONS are understood here.")
        }
        if request.headers.contains(.transferEncoding) || (request.headers[.contentLength].map { $0 != "0" } ?? false) {
            throw APIError(.badRequest, "unexpected_body", "A \(request.method.rawValue) request has no body here.")
        }
    }
}
