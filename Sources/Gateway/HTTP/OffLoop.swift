import Executors
import Hummingbird

/// Lets every request that is not for a playlist or a segment leave its event loop: lists of thousands of films, passwords and
/// pictures take milliseconds, in which the loop would serve nobody.
struct OffLoop: RouterMiddleware {
    typealias Context = GatewayContext

    private static let onLoop = "/api/hls/"

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        if request.uri.path.hasPrefix(Self.onLoop) { return try await next(request, context) }
        return try await withTaskExecutorPreference(TaskPool.shared) { try await next(request, context) }
    }
}
