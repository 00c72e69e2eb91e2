import Dispatch
import Live
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One thread that makes pictures smaller, one after another, and only with what encoders leave of the processor.
final class ImageThread: Sendable {
    /// Niceness of the thread, where the system knows such a thing: a twentieth of what an encoder gets.
    private static let niceness: Int32 = 15

    private struct State {
        var jobs: [@Sendable () -> Void] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let filled = DispatchSemaphore(value: 0)

    struct NoThread: Error {}

    /// Starts it. Throws if the system has no more threads.
    init() throws {
        guard EngineThread(name: "images", { self.loop() }) != nil else { throw NoThread() }
    }

    /// Runs `body` on the thread, after what waits for it already. Its callers bound how much that is.
    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let isClosed = state.withLock { state in
                if !state.isClosed { state.jobs.append { continuation.resume(with: Result { try body() }) } }
                return state.isClosed
            }
            if isClosed { return continuation.resume(throwing: CancellationError()) }
            filled.signal()
        }
    }

    /// Ends the thread after what waits for it.
    func close() {
        state.withLock { $0.isClosed = true }
        filled.signal()
    }

    private func loop() {
        #if os(Linux)
            // Of the calling thread alone, on this system.
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
        #endif
        while true {
            filled.wait()
            let (job, isDone) = state.withLock { state in
                (state.jobs.isEmpty ? nil : state.jobs.removeFirst(), state.isClosed && state.jobs.isEmpty)
            }
            job?()
            if isDone { return }
        }
    }
}
