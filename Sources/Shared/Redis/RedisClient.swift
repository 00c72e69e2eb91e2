import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Commands to one Redis over one connection, which all callers share and which is made again when it breaks.
///
/// Hides the connection: commands of concurrent callers go out together and are answered in order. While there is no
/// connection they wait, until their deadline. A command that was sent when the connection broke fails with
/// `.connectionLost` and is not repeated, since it may have run.
///
/// Bulk values delay what stands behind them: give them a client of their own (DESIGN §4). All methods are thread-safe.
public final class RedisClient: Service, Sendable {
    public let configuration: RedisConfiguration
    private let dispatcher: RedisDispatcher
    private let limit: RedisQueueLimit
    private let connector: RedisConnector
    private let events = RedisConnectionEvents()
    private let metrics: RedisMetrics
    private let logger: Logger

    public init(configuration: RedisConfiguration, group: any EventLoopGroup, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        dispatcher = RedisDispatcher(eventLoop: group.next())
        limit = RedisQueueLimit(commands: configuration.maxCommandsInFlight, bytes: configuration.maxBytesInFlight)
        connector = RedisConnector(configuration)
        metrics = RedisMetrics(.commands, name: configuration.name)
    }

    // MARK: Commands

    /// Sends one command and returns its reply. Throws `RedisError`; a `-ERR` reply is thrown too.
    /// Waits at most `timeout` (default: the configuration's), reconnection included.
    public func send(_ command: RedisCommand, timeout: Duration? = nil) async throws -> RESPValue {
        try await measured {
            guard let reply = try await submit([command], timeout).first else { return .null }
            return try reply.orThrow()
        }
    }

    /// Sends several commands in one write and returns their replies in order; error replies stay values.
    public func pipeline(_ commands: [RedisCommand], timeout: Duration? = nil) async throws -> [RESPValue] {
        if commands.isEmpty { return [] }
        return try await measured { try await submit(commands, timeout) }
    }

    /// Runs a script (EVALSHA, falling back to EVAL on NOSCRIPT).
    public func run(
        _ script: RedisScript, keys: [String], arguments: [RedisArgument], timeout: Duration? = nil
    ) async throws -> RESPValue {
        let words = [RedisArgument(keys.count)] + keys.map { .text($0) } + arguments
        return try await measured {
            let reply = try await submit([["EVALSHA", .text(script.digest)] + words], timeout)
            if case .error(let text)? = reply.first, text.hasPrefix("NOSCRIPT") {
                let reply = try await submit([["EVAL", .text(script.source)] + words], timeout)
                return try (reply.first ?? .null).orThrow()
            }
            return try (reply.first ?? .null).orThrow()
        }
    }

    /// Throws what the server answers with; `CancellationError` if the task is cancelled, which stops the waiting only.
    private func submit(_ commands: [RedisCommand], _ timeout: Duration?) async throws -> [RESPValue] {
        let share = try limit.take(commands)
        let pending = PendingCommands(
            commands, timeout: TimeAmount(timeout ?? configuration.commandTimeout), share: share)
        dispatcher.submit(pending)
        return try await pending.result.value()
    }

    private func measured<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        let start = ContinuousClock.now
        do {
            let result = try await body()
            metrics.record("ok", after: .now - start, inFlight: limit.commands)
            return result
        } catch {
            metrics.record(RedisMetrics.outcome(of: error), after: .now - start, inFlight: limit.commands)
            throw error
        }
    }

    // MARK: Connection

    /// The connection's ups and downs, beginning with how it stands now. Each call makes a stream of its own;
    /// a slow reader keeps the newest 16 events.
    public func connections() -> AsyncStream<RedisConnectionEvent> { events.stream() }

    /// Connects, reconnects with back-off, and returns when the task is cancelled or graceful shutdown begins.
    /// Commands fail with `.closed` from then on.
    public func run() async throws {
        let keeper = RedisConnectionKeeper(
            connector: connector, eventLoop: dispatcher.eventLoop, metrics: metrics, logger: logger,
            name: configuration.name)
        let dispatcher = dispatcher
        let events = events
        await keeper.run(
            failed: { error in dispatcher.refuse(error) },
            opened: { connection, isFirst in
                dispatcher.attach(connection)
                events.send(.connected(runID: connection.runID, first: isFirst))
            },
            closed: {
                dispatcher.detach()
                events.send(.disconnected)
            })
        try? await dispatcher.eventLoop.submit { dispatcher.close() }.get()
        events.finish()
    }
}
