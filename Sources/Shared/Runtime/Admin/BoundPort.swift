import Synchronization

/// The port that a server got when it was told to take any: set once, awaited by whoever must know it.
public final class BoundPort: Sendable {
    private enum State {
        case waiting([Int: CheckedContinuation<Int, any Error>], next: Int)
        case bound(Int)
    }

    private let state = Mutex(State.waiting([:], next: 0))

    public init() {}

    /// The server listens on `port`.
    public func set(_ port: Int) {
        let waiters = state.withLock { state -> [CheckedContinuation<Int, any Error>] in
            guard case .waiting(let waiters, _) = state else { return [] }
            state = .bound(port)
            return Array(waiters.values)
        }
        for waiter in waiters { waiter.resume(returning: port) }
    }

    /// Waits until the server listens. Throws `CancellationError` when the waiting task is cancelled first.
    public var value: Int {
        get async throws {
            let ticket = state.withLock { state -> Int in
                guard case .waiting(let waiters, let next) = state else { return 0 }
                state = .waiting(waiters, next: next + 1)
                return next
            }
            return try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { enqueue($0, ticket: ticket) }
            } onCancel: {
                cancel(ticket)
            }
        }
    }

    private func enqueue(_ waiter: CheckedContinuation<Int, any Error>, ticket: Int) {
        let result = state.withLock { state -> Result<Int, any Error>? in
            switch state {
            case .bound(let port): return .success(port)
            case .waiting where Task.isCancelled: return .failure(CancellationError())
            case .waiting(var waiters, let next):
                waiters[ticket] = waiter
                state = .waiting(waiters, next: next)
                return nil
            }
        }
        if let result { waiter.resume(with: result) }
    }

    private func cancel(_ ticket: Int) {
        let waiter = state.withLock { state -> CheckedContinuation<Int, any Error>? in
            guard case .waiting(var waiters, let next) = state else { return nil }
            let waiter = waiters.removeValue(forKey: ticket)
            state = .waiting(waiters, next: next)
            return waiter
        }
        waiter?.resume(throwing: CancellationError())
    }
}
