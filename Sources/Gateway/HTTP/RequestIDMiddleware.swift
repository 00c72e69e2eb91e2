import HTTPTypes
import Hummingbird
import Runtime

/// Takes over a harmless `X-Request-Id` or makes one, and gives it back with the answer.
struct RequestIDMiddleware: RouterMiddleware {
    typealias Context = GatewayContext

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.requestID = RequestScope.accept(request.headers[.xRequestID])
        var response = try await RequestScope.with(context.requestID) { try await next(request, context) }
        response.headers[.xRequestID] = context.requestID
        return response
    }
}
