import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Makes connections: TCP, TLS, AUTH, SELECT, name. Keeps the TLS context, which is costly to build.
final class RedisConnector: Sendable {
    private let configuration: RedisConfiguration
    private let context = Mutex<NIOSSLContext?>(nil)

    init(_ configuration: RedisConfiguration) { self.configuration = configuration }

    /// A connection that is ready for commands, within `connectTimeout`. Cancelling the task gives up at once.
    func connect(on eventLoop: any EventLoop) async throws -> RedisConnection {
        let tls = configuration.usesTLS ? try await tlsContext() : nil
        let channel = try await open(on: eventLoop, tls: tls)
        do {
            let handler = try await eventLoop.submit { [configuration] in
                let handler = try RedisChannelHandler(configuration: configuration, eventLoop: eventLoop)
                if let tls { try channel.pipeline.syncOperations.addHandler(self.tlsHandler(tls)) }
                try channel.pipeline.syncOperations.addHandler(handler)
                return NIOLoopBound(handler, eventLoop: eventLoop)
            }.get()
            let connection = RedisConnection(channel: channel, handler: handler, runID: "")
            let runID = try await greet(connection)
            return RedisConnection(channel: channel, handler: handler, runID: runID)
        } catch {
            channel.close(promise: nil)
            throw error
        }
    }

    // MARK: TCP

    /// The channel does not read before its handlers are there.
    private func open(on eventLoop: any EventLoop, tls: NIOSSLContext?) async throws -> any Channel {
        let opened = OneTimeResult<any Channel>()
        ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(configuration.connectTimeout))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(.autoRead, value: false)
            .channelOption(
                .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 4096, initial: 16_384, maximum: 1 << 20)
            )
            .connect(host: configuration.host, port: configuration.port)
            .whenComplete { result in
                switch result {
                case .success(let channel):
                    // Nobody waits any more: cancelled.
                    if !opened.deliver(.success(channel)) { channel.close(promise: nil) }
                case .failure:
                    opened.deliver(.failure(RedisError(.notConnected, "cannot connect to \(self.configuration)")))
                }
            }
        return try await opened.value()
    }

    // MARK: TLS

    /// Reading certificates blocks, so it has a thread of its own, once.
    private func tlsContext() async throws -> NIOSSLContext {
        if let known = context.withLock({ $0 }) { return known }
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        defer { pool.shutdownGracefully { _ in } }
        do {
            let fresh = try await pool.runIfActive { [configuration] in
                var tls = TLSConfiguration.makeClientConfiguration()
                if let file = configuration.certificateAuthorityFile { tls.trustRoots = .file(file) }
                return try NIOSSLContext(configuration: tls)
            }
            context.withLock { $0 = fresh }
            return fresh
        } catch {
            throw RedisError(.configuration, "the certificate authorities for Redis cannot be read")
        }
    }

    private func tlsHandler(_ context: NIOSSLContext) throws -> NIOSSLClientHandler {
        // A name for SNI and verification; an address is verified against the certificate's addresses instead.
        let isAddress = (try? SocketAddress(ipAddress: configuration.host, port: 0)) != nil
        return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : configuration.host)
    }

    // MARK: First commands

    /// - Returns: the server's `run_id`.
    private func greet(_ connection: RedisConnection) async throws -> String {
        let start = Greeting(configuration)
        async let replies = connection.send(start.commands, timeout: configuration.connectTimeout)
        try await connection.channel.setOption(.autoRead, value: true).get()
        return try start.runID(from: await replies)
    }
}

/// What is said first on every connection, and what the answers mean.
private struct Greeting {
    private enum Step { case auth, select, name, info }
    private var steps: [(Step, RedisCommand)] = []

    init(_ configuration: RedisConfiguration) {
        if let password = configuration.password {
            let user = configuration.user.map { [RedisArgument($0)] } ?? []
            steps.append((.auth, ["AUTH"] + user + [.text(password)]))
        }
        if configuration.database != 0 { steps.append((.select, ["SELECT", RedisArgument(configuration.database)])) }
        steps.append((.name, ["CLIENT", "SETNAME", .text(configuration.name)]))
        steps.append((.info, ["INFO", "server"]))
    }

    var commands: [RedisCommand] { steps.map(\.1) }

    func runID(from replies: [RESPValue]) throws(RedisError) -> String {
        var runID = ""
        for ((step, _), reply) in zip(steps, replies) {
            switch (step, reply) {
            case (.auth, .error(let text)):
                if RedisError(reply: text).code == .unavailable { throw RedisError(reply: text) }
                throw RedisError(.configuration, "Redis refuses the user name or password")
            case (.select, .error(let text)):
                if RedisError(reply: text).code != .server { throw RedisError(reply: text) }
                throw RedisError(.configuration, "Redis refuses the database number")
            case (.name, .error(let text)), (.info, .error(let text)):
                // The account may not be allowed these two, and can do without.
                if !text.hasPrefix("NOPERM") { throw RedisError(reply: text) }
            case (.info, _):
                let line = (reply.string ?? "").split(whereSeparator: \.isNewline).first { $0.hasPrefix("run_id:") }
                runID = String(line?.dropFirst("run_id:".count) ?? "")
            default: break
            }
        }
        return runID
    }
}
