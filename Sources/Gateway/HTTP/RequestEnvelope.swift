import HTTPTypes
import Hummingbird
import Runtime

/// What goes around every request: its id, `RequestLimits`, CORS, errors as answers, HEAD without a body, and how long it took.
///
/// A harmless `X-Request-Id` is taken over, or one is made, and given back with the answer. One middleware for all of it: each one
/// more costs frames and hops on the way in and out, which was more than the work of these (decision 0038).
struct RequestEnvelope: RouterMiddleware {
    typealias Context = GatewayContext

    let cors: CORS
    let figures: GatewayFigures
    private let metrics = RequestMetrics()

    init(cors: CORS, figures: GatewayFigures) {
        self.cors = cors
        self.figures = figures
    }

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.requestID = RequestScope.accept(request.headers[.xRequestID])
        var response: Response
        if request.method == .options {
            // Answered here for every path: it starts nothing, not even a look at the path.
            response = cors.preflight()
        } else {
            let start = ContinuousClock.now
            response = await RequestScope.with(context.requestID) {
                do {
                    try RequestLimits.check(request, context)
                    return try await next(request, context)
                } catch { return refusal(error, context) }
            }
            metrics.record(context.endpointPath, response.status, since: start)
            if request.method == .head { Self.takeBody(off: &response) }
        }
        cors.allow(request.headers[.origin], &response.headers)
        response.headers[.xRequestID] = context.requestID
        return response
    }

    private func refusal(_ error: any Error, _ context: GatewayContext) -> Response {
        let refusal = APIError.of(error, logger: context.logger)
        if refusal != .viewerLeft { figures.failed(refusal.code) }
        return refusal.response(requestID: context.requestID)
    }

    private static func takeBody(off response: inout Response) {
        let length = response.headers[.contentLength]
        response.body = ResponseBody()
        // The length of what GET would send, unless that has none.
        response.headers[.contentLength] = length
    }
}
