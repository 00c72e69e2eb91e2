import Synchronization

/// A result that one task waits for and that anybody may deliver, once: the first delivery wins, later ones do nothing.
/// Cancelling the waiting task delivers `CancellationError`.
final class OneTimeResult<Value: Sendable>: Sendable {
    private enum State {
        case pending
        case awaited(CheckedContinuation<Value, any Error>)
        case delivered(Result<Value, any Error>)
    }

    private let state = Mutex(State.pending)

    var isDelivered: Bool {
        state.withLock { if case .delivered = $0 { true } else { false } }
    }

    /// - Returns: whether this was the first delivery.
    @discardableResult
    func deliver(_ result: Result<Value, any Error>) -> Bool {
        let (isFirst, continuation) = state.withLock { state -> (Bool, CheckedContinuation<Value, any Error>?) in
            switch state {
            case .delivered: return (false, nil)
            case .pending:
                state = .delivered(result)
                return (true, nil)
            case .awaited(let continuation):
                state = .delivered(result)
                return (true, continuation)
            }
        }
        continuation?.resume(with: result)
        return isFirst
    }

    /// Waits for the result. To be called once.
    func value() async throws -> Value {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let delivered = state.withLock { state -> Result<Value, any Error>? in
                    if case .delivered(let result) = state { return result }
                    state = .awaited(continuation)
                    return nil
                }
                if let delivered { continuation.resume(with: delivered) }
            }
        } onCancel: {
            deliver(.failure(CancellationError()))
        }
    }
}
