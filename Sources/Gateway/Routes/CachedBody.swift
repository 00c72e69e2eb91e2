import Executors
import NIOCore
import Synchronization

/// A JSON answer that is read anew at most once in `lifetime`, however often and by however many it is asked for.
final class CachedBody: Sendable {
    private struct State {
        var body: ByteBuffer?
        var readAt: ContinuousClock.Instant?
        var flight: Task<ByteBuffer, any Error>?
    }

    private let lifetime: Duration
    private let read: @Sendable () async throws -> ByteBuffer
    private let state = Mutex(State())

    init(lifetime: Duration, read: @escaping @Sendable () async throws -> ByteBuffer) {
        self.lifetime = lifetime
        self.read = read
    }

    func value() async throws -> ByteBuffer {
        let flight: Task<ByteBuffer, any Error>? = state.withLock { state in
            if state.body != nil, let readAt = state.readAt, .now - readAt < lifetime { return nil }
            if let flight = state.flight { return flight }
            // Not a child task: it goes on for the others when the one who began it leaves.
            let flight = TaskPool.task { try await self.renew() }
            state.flight = flight
            return flight
        }
        if let flight { return try await flight.value }
        return state.withLock { $0.body } ?? ByteBuffer()
    }

    private func renew() async throws -> ByteBuffer {
        defer { state.withLock { $0.flight = nil } }
        let body = try await read()
        state.withLock { state in
            state.body = body
            state.readAt = .now
        }
        return body
    }
}
