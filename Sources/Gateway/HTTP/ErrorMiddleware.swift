import HTTPTypes
import Hummingbird
import Logging
import Redis

/// Turns everything that was thrown into an answer in the format of API.md, and takes the body off HEAD's answers.
struct ErrorMiddleware: RouterMiddleware {
    typealias Context = GatewayContext

    let figures: GatewayFigures

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do { response = try await next(request, context) } catch {
            let refusal = Self.apiError(error, logger: context.logger)
            figures.failed(refusal.code)
            response = refusal.response(requestID: context.requestID)
        }
        if request.method == .head {
            let length = response.headers[.contentLength]
            response.body = ResponseBody()
            // The length of what GET would send, unless that has none.
            response.headers[.contentLength] = length
        }
        return response
    }

    static func apiError(_ error: any Error, logger: Logger) -> APIError {
        switch error {
        case let error as APIError: return error
        case let error as HTTPError where error.status == .notFound: return .notFound
        case let error as any HTTPResponseError: return .of(error.status)
        case is CancellationError: return .shuttingDown
        case let error as RedisError:
            logger.debug("request failed for want of redis", metadata: ["error": "\(error)"])
            return .coordinationAway
        default:
            // The type alone: a description could hold anything.
            logger.error("request failed", metadata: ["error.type": "\(type(of: error))"])
            return .internalError
        }
    }
}

extension APIError {
    /// What the server library refused.
    static func of(_ status: HTTPResponse.Status) -> APIError {
        switch status {
        case .contentTooLarge: APIError(status, "body_too_large", "The request is too large.")
        case _ where status.kind == .clientError: APIError(status, "bad_request", "The request is malformed.")
        default: .internalError
        }
    }
}
