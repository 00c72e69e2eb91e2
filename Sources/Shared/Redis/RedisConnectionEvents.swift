import Synchronization

/// Tells any number of listeners of a client's connections.
final class RedisConnectionEvents: Sendable {
    private struct State {
        var listeners: [Int: AsyncStream<RedisConnectionEvent>.Continuation] = [:]
        var next = 0
        var last: RedisConnectionEvent?
        var isOver = false
    }

    private let state = Mutex(State())

    func stream() -> AsyncStream<RedisConnectionEvent> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: RedisConnectionEvent.self, bufferingPolicy: .bufferingNewest(16))
        let id = state.withLock { state -> Int? in
            if state.isOver { return nil }
            if let last = state.last { continuation.yield(last) }
            state.next += 1
            state.listeners[state.next] = continuation
            return state.next
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.listeners.removeValue(forKey: id) }
        }
        return stream
    }

    func send(_ event: RedisConnectionEvent) {
        let listeners = state.withLock { state in
            state.last = event
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.yield(event) }
    }

    func finish() {
        let listeners = state.withLock { state in
            state.isOver = true
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }
}
