import NIOCore
import NIOHTTP1
import NIOPosix

/// The provider's two listening sockets.
///
/// One event loop serves both: what the log says happened in that order.
struct ProviderServer {
    /// Sockets beyond this are closed at once.
    static let mostSockets = 2000

    private let panel: any Channel
    private let cdn: any Channel
    private let provider: Provider

    var panelPort: Int { panel.localAddress?.port ?? 0 }
    var cdnPort: Int { cdn.localAddress?.port ?? 0 }

    static func start(
        provider: Provider, host: String, panelPort: Int, cdnPort: Int, group: any EventLoopGroup
    ) async throws -> ProviderServer {
        let panel = try await listen(.panel, provider, host, panelPort, group)
        do {
            let cdn = try await listen(.cdn, provider, host, cdnPort, group)
            provider.cdnPort = cdn.localAddress?.port ?? 0
            return ProviderServer(panel: panel, cdn: cdn, provider: provider)
        } catch {
            try? await panel.close()
            throw error
        }
    }

    private static func listen(
        _ listener: RequestHandler.Listener, _ provider: Provider, _ host: String, _ port: Int,
        _ group: any EventLoopGroup
    ) async throws -> any Channel {
        try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 128 * 1024, high: 512 * 1024))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard provider.ledger.socketCount < mostSockets else { throw ChannelError.ioOnClosedChannel }
                    try configure(channel, provider, listener)
                }
            }
            .bind(host: host, port: port).get()
    }

    private static func configure(_ channel: any Channel, _ provider: Provider, _ listener: RequestHandler.Listener)
        throws
    {
        var encoding = HTTPResponseEncoder.Configuration()
        encoding.automaticallySetFramingHeaders = false
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(HTTPResponseEncoder(configuration: encoding))
        try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
        try pipeline.addHandler(HTTPServerProtocolErrorHandler())
        try pipeline.addHandler(RequestHandler(provider: provider, listener: listener))
    }

    /// Closes the listeners and every connection.
    func stop() async {
        try? await panel.close()
        try? await cdn.close()
        for connection in provider.ledger.connections {
            provider.ledger.explain(connection.id, reason: "stopping")
            try? await connection.channel.close()
        }
    }
}
