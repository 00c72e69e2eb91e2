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
        if access.mode == .viewers {
            do { context.identity = try await identity(request, context) } catch {
                try access.paces.take(address: access.clients.address(of: context))
                throw error
            }
            if let viewer = context.identity.viewer { try access.paces.take(viewer, context.identity) }
        }
        return try await next(request, context)
    }

    private func identity(_ request: Request, _ context: GatewayContext) async throws -> Identity {
        switch RouteAccess(context.endpointPath) {
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
