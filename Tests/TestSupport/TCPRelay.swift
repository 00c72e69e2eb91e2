import NIOCore
import NIOPosix
import Synchronization

/// A port of ours in front of another one on loopback, where a network can be broken: cut, or slow.
public final class TCPRelay: Sendable {
    private struct State {
        var isCut = false
        /// Milliseconds that each piece is held back.
        var delay: Int64 = 0
        var open: [ObjectIdentifier: any Channel] = [:]
    }

    public let port: Int
    private let server: any Channel
    private let state: Shared

    /// What the connections share.
    private final class Shared: Sendable {
        let value = Mutex(State())
    }

    /// Listens on a free port and leads to `target`.
    public static func start(to target: Int) async throws -> TCPRelay {
        let state = Shared()
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { near in connect(near, to: target, state) }
            .bind(host: "127.0.0.1", port: 0).get()
        return TCPRelay(server, state)
    }

    private init(_ server: any Channel, _ state: Shared) {
        self.server = server
        self.state = state
        port = server.localAddress?.port ?? 0
    }

    /// Connections are closed now, and new ones at once, until `mend`.
    public func cut() {
        let victims = state.value.withLock { state in
            state.isCut = true
            return Array(state.open.values)
        }
        for victim in victims { victim.close(promise: nil) }
    }

    /// Holds every piece back for so long, until `mend`.
    public func slow(milliseconds: Int64) { state.value.withLock { $0.delay = milliseconds } }

    public func mend() {
        state.value.withLock { state in
            state.isCut = false
            state.delay = 0
        }
    }

    public func stop() async throws {
        cut()
        try await server.close()
    }

    private static func connect(_ near: any Channel, to target: Int, _ state: Shared) -> EventLoopFuture<Void> {
        guard !state.value.withLock({ $0.isCut }) else { return near.close() }
        // Both ends on one loop, so that neither needs a lock for the other.
        return ClientBootstrap(group: near.eventLoop).channelOption(.autoRead, value: false)
            .connect(host: "127.0.0.1", port: target)
            .flatMapThrowing { far in
                try near.pipeline.syncOperations.addHandler(Pipe(far, state))
                try far.pipeline.syncOperations.addHandler(Pipe(near, state))
                for channel in [near, far] {
                    remember(channel, state)
                    channel.setOption(.autoRead, value: true).cascade(to: nil)
                }
            }
    }

    private static func remember(_ channel: any Channel, _ state: Shared) {
        let key = ObjectIdentifier(channel)
        state.value.withLock { $0.open[key] = channel }
        channel.closeFuture.whenComplete { _ in state.value.withLock { $0.open[key] = nil } }
    }

    /// Hands what one end says to the other, and its end.
    private final class Pipe: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let other: any Channel
        private let state: Shared
        /// What is said later must not arrive earlier, also when the delay shrinks.
        private var earliest = NIODeadline.uptimeNanoseconds(0)

        init(_ other: any Channel, _ state: Shared) {
            self.other = other
            self.state = state
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data)
            let delay = state.value.withLock { $0.delay }
            let now = NIODeadline.now()
            earliest = max(earliest, now + .milliseconds(delay))
            guard earliest > now else { return other.writeAndFlush(bytes, promise: nil) }
            let other = other
            context.eventLoop.scheduleTask(deadline: earliest) {
                other.writeAndFlush(bytes, promise: nil)
            }
        }

        func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
