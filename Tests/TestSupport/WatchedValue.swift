import Synchronization

/// A value that tests wait on: for an event, with a deadline, instead of sleeping.
public final class WatchedValue<Value: Sendable>: Sendable {
    private struct Waiter {
        let condition: @Sendable (Value) -> Bool
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var value: Value
        var waiters: [Int: Waiter] = [:]
        var next = 0
    }

    private let state: Mutex<State>

    public init(_ value: Value) { state = Mutex(State(value: value)) }

    public var value: Value { state.withLock { $0.value } }

    public func change(_ body: (inout Value) -> Void) {
        let satisfied = state.withLock { state in
            body(&state.value)
            let satisfied = state.waiters.filter { $0.value.condition(state.value) }
            for id in satisfied.keys { state.waiters[id] = nil }
            return satisfied.values.map(\.continuation)
        }
        for continuation in satisfied { continuation.resume(returning: true) }
    }

    /// Suspends until the condition holds; `false` if it does not within `patience`.
    public func wait(
        within patience: Duration = .seconds(60), until condition: @escaping @Sendable (Value) -> Bool
    ) async -> Bool {
        await withCheckedContinuation { continuation in
            let id: Int? = state.withLock { state in
                if condition(state.value) { return nil }
                state.next += 1
                state.waiters[state.next] = Waiter(condition: condition, continuation: continuation)
                return state.next
            }
            guard let id else { return continuation.resume(returning: true) }
            Task {
                try? await Task.sleep(for: patience)
                self.expire(id)
            }
        }
    }

    private func expire(_ id: Int) {
        let waiter = state.withLock { $0.waiters.removeValue(forKey: id) }
        waiter?.continuation.resume(returning: false)
    }
}
