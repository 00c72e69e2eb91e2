import Hummingbird
import Logging
import NIOCore

/// What travels with a request through middleware and routes.
struct GatewayContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Id in every log line, error and message that this request causes (`X-Request-Id`).
    var requestID = "-"
    /// `X-Forwarded-For`, which anybody may have written; see `ClientAddress`.
    var forwarded: String?
    /// What stands in the header of `REAL_IP_HEADER`, likewise.
    var realAddress: String?
    /// Who asks; see `AccessMiddleware`.
    var identity = Identity.anyone
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// The peer's literal address; `nil` for a socket without one. Written anew each time: most requests do without.
    var peer: String? { channel.remoteAddress?.ipAddress }
}

extension GatewayContext {
    /// The request as `FilmGate` sees it.
    var waiter: FilmGate.Waiter {
        FilmGate.Waiter(request: requestID, isThere: { [client = ClientPresence.current] in client?.isThere ?? true })
    }
}
