import Hummingbird
import Logging
import NIOCore

/// What travels with a request through middleware and routes.
struct GatewayContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Id in every log line, error and message that this request causes (`X-Request-Id`).
    var requestID = "-"
    /// The peer's literal address; `nil` for a socket without one.
    let peer: String?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.remoteAddress?.ipAddress
    }
}
