import NIOCore
import NIOHTTP1
import NIOPosix

/// Asks a server on this machine one question. For container health checks, which start a fresh process every few seconds:
/// one thread, one connection, one deadline; no shell and no curl in the image.
public struct HealthProbe: Sendable {
    public enum Outcome: Sendable, Equatable {
        /// The server answered 200.
        case well
        /// It answered something else.
        case refused(status: Int)
        /// Nothing listens, or no answer came in time.
        case silent
    }

    private let port: Int
    private let path: String
    private let patience: Duration

    /// - Parameters:
    ///   - port: 1 to 65535, on loopback.
    ///   - patience: deadline for the whole, from connecting to the answer's head.
    public init(port: Int, path: String, patience: Duration = .seconds(3)) {
        self.port = port
        self.path = path
        self.patience = patience
    }

    /// Asks over IPv4, and over IPv6 if nothing listens there. Never throws and never takes longer than the deadline.
    public func ask() async -> Outcome {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let outcome = await ask(on: group.next())
        try? await group.shutdownGracefully()
        return outcome
    }

    private func ask(on loop: any EventLoop) async -> Outcome {
        let deadline = NIODeadline.now() + TimeAmount(patience)
        for host in ["127.0.0.1", "::1"] {
            let outcome = await ask(host, on: loop, deadline: deadline)
            if outcome != .silent || NIODeadline.now() >= deadline { return outcome }
        }
        return .silent
    }

    private func ask(_ host: String, on loop: any EventLoop, deadline: NIODeadline) async -> Outcome {
        let bootstrap = ClientBootstrap(group: loop).connectTimeout(deadline - .now()).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHTTPClientHandlers() }
        }
        guard let channel = try? await bootstrap.connect(host: host, port: port).get() else { return .silent }
        let answer = loop.makePromise(of: Outcome.self)
        let alarm = loop.scheduleTask(deadline: deadline) { channel.close(promise: nil) }
        defer { alarm.cancel() }
        let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: path, headers: ["Host": "localhost", "Connection": "close"])
        loop.execute {
            do {
                try channel.pipeline.syncOperations.addHandler(StatusReader(answer))
                channel.write(HTTPClientRequestPart.head(head), promise: nil)
                channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
            } catch {
                answer.succeed(.silent)
            }
        }
        return (try? await answer.futureResult.get()) ?? .silent
    }
}

/// Fulfils the promise with the answer's status, or with `silent` when the connection ends before one. Event loop only.
private final class StatusReader: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private var answer: EventLoopPromise<HealthProbe.Outcome>?

    init(_ answer: EventLoopPromise<HealthProbe.Outcome>) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = unwrapInboundIn(data) else { return }
        finish(head.status == .ok ? .well : .refused(status: Int(head.status.code)))
        context.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func handlerRemoved(context: ChannelHandlerContext) { finish(.silent) }

    private func finish(_ outcome: HealthProbe.Outcome) {
        answer?.succeed(outcome)
        answer = nil
    }
}
