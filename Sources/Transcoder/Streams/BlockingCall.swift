import Dispatch
import Executors
import Synchronization

/// Waits for an asynchronous answer on a dedicated thread that may block (never on the cooperative pool).
///
/// The media threads are plain threads; what they need from Redis comes through here. Cancelling from any thread ends the wait.
final class BlockingCall<Value: Sendable>: Sendable {
    private enum State {
        case idle
        case running(Task<Void, Never>)
        case cancelled
    }

    private let state = Mutex(State.idle)

    /// Runs `body` as a task and blocks the calling thread until it has ended.
    func wait(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Result<Value, any Error>>(.failure(CancellationError()))
        let shared = Box(result: result)
        let isCancelled = state.withLock { state in
            if case .cancelled = state { return true }
            state = .running(
                TaskPool.task {
                    let outcome: Result<Value, any Error>
                    do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
                    shared.result.withLock { $0 = outcome }
                    done.signal()
                })
            return false
        }
        if isCancelled { throw CancellationError() }
        done.wait()
        return try shared.result.withLock { $0 }.get()
    }

    /// Ends a running wait, and every later one at once. Any thread.
    func cancel() {
        state.withLock { state in
            if case .running(let task) = state { task.cancel() }
            state = .cancelled
        }
    }

    private final class Box: Sendable {
        let result: Mutex<Result<Value, any Error>>
        init(result: consuming sending Mutex<Result<Value, any Error>>) { self.result = result }
    }
}
