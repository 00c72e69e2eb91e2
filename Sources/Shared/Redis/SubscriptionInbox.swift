import DequeModule
import NIOCore
import Synchronization

/// The events that wait for one subscription's reader, and the reader if it waits for them.
///
/// Bounded: when it is full the oldest message is dropped and counted, and the reader finds a gap before the rest.
final class SubscriptionInbox: Sendable {
    private struct State {
        var messages: Deque<RedisSubscriptionEvent> = []
        /// Any number of gaps that nobody has read yet are one.
        var hasGap = false
        var dropped = 0
        var isFinished = false
        var reader: OneTimeResult<RedisSubscriptionEvent?>?
    }

    /// Delivered when the server has acknowledged every channel for the first time.
    let acknowledged = OneTimeResult<Void>()
    private let capacity: Int
    private let eventLoop: any EventLoop
    private let metrics: RedisMetrics
    private let state = Mutex(State())

    init(capacity: Int, eventLoop: any EventLoop, metrics: RedisMetrics) {
        self.capacity = max(1, capacity)
        self.eventLoop = eventLoop
        self.metrics = metrics
    }

    var dropped: Int { state.withLock { $0.dropped } }

    func put(_ event: RedisSubscriptionEvent) {
        let hasDropped = state.withLock { state in
            // A reader that was cancelled or timed out takes nothing: then the event stays here.
            if let reader = state.reader {
                state.reader = nil
                if reader.deliver(.success(event)) { return false }
            }
            if event == .gap {
                state.hasGap = true
                return false
            }
            state.messages.append(event)
            guard state.messages.count > capacity else { return false }
            state.messages.removeFirst()
            state.dropped += 1
            state.hasGap = true
            return true
        }
        if hasDropped { metrics.dropped(1) }
    }

    func finish() {
        let closed = RedisError(.closed, "the Redis subscriber is shut down")
        acknowledged.deliver(.failure(closed))
        let reader = state.withLock { state in
            state.isFinished = true
            return state.reader
        }
        reader?.deliver(.failure(closed))
    }

    /// The next event; `nil` after `patience`. Throws `.closed` or `CancellationError`.
    func next(within patience: Duration?) async throws -> RedisSubscriptionEvent? {
        let reader = OneTimeResult<RedisSubscriptionEvent?>()
        try state.withLock { state in
            if state.hasGap {
                state.hasGap = false
                reader.deliver(.success(.gap))
            } else if let first = state.messages.popFirst() {
                reader.deliver(.success(first))
            } else if state.isFinished {
                throw RedisError(.closed, "the Redis subscriber is shut down")
            } else {
                state.reader = reader
            }
        }
        guard let patience, !reader.isDelivered else { return try await reader.value() }
        let timer = eventLoop.scheduleTask(in: TimeAmount(patience)) { _ = reader.deliver(.success(nil)) }
        defer { timer.cancel() }
        return try await reader.value()
    }
}
