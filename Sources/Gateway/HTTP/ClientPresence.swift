import NIOCore
import Synchronization

/// Whether the client of a connection still waits for answers. Any thread.
///
/// Players close their connection when somebody seeks away or leaves, and what was only to be made for them need not be made
/// (`FilmGate.Waiter`). Hummingbird lets a client close its half of the connection and still get its answer, as `nc -N` does; so whoever
/// closes is answered if the answer is there, and not waited for.
final class ClientPresence: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    /// Of the connection whose request the current task handles.
    @TaskLocal static var current: ClientPresence?

    private let hasLeft = Atomic(false)

    var isThere: Bool { !hasLeft.load(ordering: .relaxed) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { hasLeft.store(true, ordering: .relaxed) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        hasLeft.store(true, ordering: .relaxed)
        context.fireChannelInactive()
    }
}
