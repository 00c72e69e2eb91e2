import Foundation
import Logging
import NIOCore
import NIOPosix
import Redis
import TestSupport
import Testing

/// Runs `body` with a running client.
@discardableResult
func withClient<Result: Sendable>(
    _ configuration: RedisConfiguration, isolation: isolated (any Actor)? = #isolation,
    _ body: (RedisClient) async throws -> Result
) async throws -> Result {
    let client = RedisClient(
        configuration: configuration, group: MultiThreadedEventLoopGroup.singleton, logger: quietLogger())
    return try await withRunning([client]) { try await body(client) }
}

/// Expects `body` to fail with a `RedisError` of this code; repeats it while the error is one to be ignored.
@discardableResult
func expect(
    _ code: RedisError.Code, isolation: isolated (any Actor)? = #isolation,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void, ignoring isIgnored: (RedisError) -> Bool = { _ in false }
) async -> RedisError? {
    let deadline = ContinuousClock.now + .seconds(60)
    while true {
        do {
            try await body()
            Issue.record("no error, expected \(code)", sourceLocation: sourceLocation)
            return nil
        } catch let error as RedisError {
            if isIgnored(error), ContinuousClock.now < deadline { continue }
            #expect(error.code == code, sourceLocation: sourceLocation)
            return error
        } catch {
            Issue.record(error, sourceLocation: sourceLocation)
            return nil
        }
    }
}

/// The code of the `RedisError` that `body` fails with.
func failure(_ body: () async throws -> Void) async -> RedisError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? RedisError)?.code
    }
}

/// A server on loopback that greets as Redis does and then answers every read with what `reply` makes of it.
struct ScriptedServer {
    let configuration: RedisConfiguration

    @discardableResult
    static func with<Result: Sendable>(
        isolation: isolated (any Actor)? = #isolation, reply: @escaping @Sendable (String) -> String?,
        _ body: (ScriptedServer) async throws -> Result
    ) async throws -> Result {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Answering(reply))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        defer { channel.close(promise: nil) }
        let port = channel.localAddress?.port ?? 0
        return try await body(ScriptedServer(configuration: RedisConfiguration(url: "redis://127.0.0.1:\(port)")))
    }

    private final class Answering: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let reply: (String) -> String?

        init(_ reply: @escaping (String) -> String?) { self.reply = reply }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let text = String(buffer: unwrapInboundIn(data))
            let answer = text.contains("SETNAME") ? "+OK\r\n$8\r\nrun_id:1\r\n" : reply(text)
            if let answer { context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil) }
        }
    }
}

/// Asks until the answer is yes, for a minute at most: what is asked for is another process's, which tells nobody.
func waitFor(sourceLocation: SourceLocation = #_sourceLocation, _ isTrue: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try await !isTrue() {
        guard ContinuousClock.now < deadline else {
            Issue.record("it did not come true in time", sourceLocation: sourceLocation)
            return
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}
