import HTTPTypes
import Hummingbird
import Logging
import Redis

/// What was thrown, in the format of API.md.
extension APIError {
    static func of(_ error: any Error, logger: Logger) -> APIError {
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

    /// What the server library refused.
    static func of(_ status: HTTPResponse.Status) -> APIError {
        switch status {
        case .contentTooLarge: APIError(status, "body_too_large", "The request is too large.")
        case _ where status.kind == .clientError: APIError(status, "bad_request", "The request is malformed.")
        default: .internalError
        }
    }
}
