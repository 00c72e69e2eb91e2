import HTTPTypes
import Hummingbird

/// `/` and what belongs to it: the web player, from memory; and the operator's page at `/admin`.
///
/// A path is looked up as it came, in a table of what there is: nothing is opened, joined or decoded per request.
struct WebRoutes: Sendable {
    let site: WebSite
    let security: WebSecurity

    static let paths: [RouterPath] = [
        "/", "/sw.js", "/manifest.webmanifest", "/app/**", "/vendor/**", "/admin", "/admin/**",
    ]

    func add(to router: Router<GatewayContext>) {
        for path in Self.paths {
            for method in [HTTPRequest.Method.get, .head] {
                router.on(path, method: method) { request, _ in try answer(request) }
            }
        }
    }

    private func answer(_ request: Request) throws -> Response {
        guard let file = site.files[request.uri.path] else { throw APIError.notFound }
        return file.response(to: request, security)
    }
}
