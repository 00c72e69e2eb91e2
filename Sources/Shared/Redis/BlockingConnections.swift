import NIOCore
import Synchronization

/// The connections of blocking pops: bounded in number, a few kept idle.
final class BlockingConnections: Sendable {
    private static let maxIdle = 8

    private struct State {
        var idle: [RedisConnection] = []
        var busy: [ObjectIdentifier: RedisConnection] = [:]
        /// Connections being made.
        var opening = 0
        var isClosed = false
    }

    private let group: any EventLoopGroup
    private let connector: RedisConnector
    private let limit: Int
    private let state = Mutex(State())

    init(_ configuration: RedisConfiguration, group: any EventLoopGroup) {
        self.group = group
        limit = configuration.maxBlockingPops
        connector = RedisConnector(configuration)
    }

    var inUse: Int { state.withLock { $0.busy.count + $0.opening } }

    /// An idle connection, or a new one. To be given back on every way out.
    func take() async throws -> RedisConnection {
        if let idle = try takeIdle() { return idle }
        do {
            let connection = try await connector.connect(on: group.next())
            try admit(connection)
            return connection
        } catch {
            state.withLock { $0.opening -= 1 }
            throw error
        }
    }

    func give(_ connection: RedisConnection, isReusable: Bool) {
        let isKept = state.withLock { state in
            state.busy[ObjectIdentifier(connection)] = nil
            guard isReusable, !state.isClosed, state.idle.count < Self.maxIdle else { return false }
            state.idle.append(connection)
            return true
        }
        if !isKept { connection.close() }
    }

    func close() {
        let connections = state.withLock { state in
            state.isClosed = true
            defer { state.idle = [] }
            return state.idle + state.busy.values
        }
        for connection in connections { connection.close() }
    }

    /// `nil`: the caller has a place to make one.
    private func takeIdle() throws(RedisError) -> RedisConnection? {
        let outcome = state.withLock { state -> Result<RedisConnection?, RedisError> in
            if state.isClosed { return .failure(closed) }
            guard state.busy.count + state.opening < limit else {
                return .failure(RedisError(.overloaded, "more than \(limit) blocking pops"))
            }
            while let connection = state.idle.popLast() {
                guard connection.channel.isActive else { continue }
                state.busy[ObjectIdentifier(connection)] = connection
                return .success(connection)
            }
            state.opening += 1
            return .success(nil)
        }
        return try outcome.get()
    }

    private func admit(_ connection: RedisConnection) throws(RedisError) {
        let isClosed = state.withLock { state in
            if state.isClosed { return true }
            state.opening -= 1
            state.busy[ObjectIdentifier(connection)] = connection
            return false
        }
        if isClosed {
            connection.close()
            throw closed
        }
    }

    private var closed: RedisError { RedisError(.closed, "the Redis client is shut down") }
}
