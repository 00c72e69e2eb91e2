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
    /// The viewer's address, as far as proxies can be believed; see `ClientAddress`.
    var client = "-"
    /// Who asks; see `AccessMiddleware`.
    var identity = Identity.anyone
    /// Whether the viewer is still connected. Any thread.
    let isConnected: @Sendable () -> Bool

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        let channel = source.channel
        peer = channel.remoteAddress?.ipAddress
        isConnected = { channel.isActive }
    }
}

extension GatewayContext {
    /// The request as `FilmGate` sees it.
    var waiter: FilmGate.Waiter { FilmGate.Waiter(request: requestID, isThere: isConnected) }
}
