import HTTPTypes
import Hummingbird
import Metrics

/// Counts and times requests by route template and status class. Labels are bounded: templates, never paths.
struct RequestMetrics: RouterMiddleware {
    typealias Context = GatewayContext

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        do {
            let response = try await next(request, context)
            record(request, context, response.status, start)
            return response
        } catch {
            record(request, context, ErrorMiddleware.apiError(error, logger: context.logger).status, start)
            throw error
        }
    }

    private func record(
        _ request: Request, _ context: GatewayContext, _ status: HTTPResponse.Status, _ start: ContinuousClock.Instant
    ) {
        let route = context.endpointPath ?? "none"
        let dimensions = [("route", route), ("status", "\(status.code / 100)xx")]
        Counter(label: "gateway_requests_total", dimensions: dimensions).increment()
        // Held requests are here too: the route tells a cold start from a segment.
        let elapsed = (ContinuousClock.now - start).components
        Timer(label: "gateway_request_seconds", dimensions: [("route", route)])
            .recordNanoseconds(elapsed.seconds * 1_000_000_000 + elapsed.attoseconds / 1_000_000_000)
    }
}
