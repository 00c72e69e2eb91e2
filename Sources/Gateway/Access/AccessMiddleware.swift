import Contracts
import HTTPTypes
import Hummingbird

/// With `ACCESS=viewers`: finds out who asks, and lets nobody through who has no right to the route.
///
/// Which stream somebody may play is decided where it is known: see `Access.session`.
struct AccessMiddleware: RouterMiddleware {
    typealias Context = GatewayContext

    let access: Access

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.forwarded = request.headers[.xForwardedFor]
        context.realAddress = access.clients.realAddressHeader.flatMap { request.headers[$0] }
        guard access.mode == .viewers else { return try await next(request, context) }
        let route = RouteAccess(context.endpointPath)
        do { context.identity = try await identity(route, request, context) } catch {
            try access.paces.take(address: access.clients.address(of: context))
            throw error
        }
        if let viewer = context.identity.viewer { try access.paces.take(viewer, context.identity) }
        var response = try await next(request, context)
        if route == .playback, context.identity.proof?.isInPath != true { Self.keepPrivate(&response.headers) }
        return response
    }

    /// What a cookie, or an account or a session in the query, has opened is for that viewer alone: shared caches know an answer by its
    /// path (decision 0028), and would give it to everybody.
    private static func keepPrivate(_ headers: inout HTTPFields) {
        guard let rule = headers[.cacheControl], !rule.hasPrefix("private"), !rule.hasPrefix("no-store") else { return }
        headers[.cacheControl] = "private, \(rule)"
    }

    private func identity(
        _ route: RouteAccess, _ request: Request, _ context: GatewayContext
    ) async throws -> Identity {
        switch route {
        case .open, .own: return .anyone
        // Whoever has the path may have the bytes; the cookie only says whose they are.
        case .capability: return (try? await access.loggedIn(request)) ?? .anyone
        case .figures:
            try access.adminKey.check(request, from: access.clients.address(of: context))
            return .anyone
        case .images: return try await access.imageViewer(request)
        case .playback: return try await access.player(request, context)
        case .viewer: return try await access.viewer(request)
        }
    }
}
