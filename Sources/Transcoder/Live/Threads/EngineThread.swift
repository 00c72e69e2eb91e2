import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A dedicated, named thread that runs one function to its end and can be waited for.
///
/// Whoever drops it without `join` lets the thread go: it runs to its end, and then the system takes its stack back. The thread
/// itself may be the one to drop it.
///
/// Media work blocks for long, so it never runs on the cooperative pool (DESIGN §8).
public final class EngineThread: Sendable {
    private let handle: Mutex<pthread_t?>

    /// Starts the thread at once. Nil if the system has no more threads.
    /// - Parameter name: shown by `top -H`; the first 15 bytes count.
    public init?(name: String, _ body: @escaping @Sendable () -> Void) {
        let work = Unmanaged.passRetained(Work(name: name, body: body))
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let result = pthread_create(&thread, nil, runThread, work.toOpaque())
        guard result == 0 else {
            work.release()
            return nil
        }
        handle = Mutex(thread)
    }

    /// A thread that nobody has joined and nobody can join any more would keep its stack for as long as the process lives.
    deinit {
        let thread = handle.withLock { $0 }
        if let thread { pthread_detach(thread) }
    }

    /// Blocks until the function has returned. The first caller waits, later ones return at once.
    public func join() {
        let thread = handle.withLock { handle in
            defer { handle = nil }
            return handle
        }
        if let thread { pthread_join(thread, nil) }
    }
}

private final class Work: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

#if canImport(Darwin)
    private func runThread(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? { run(argument) }
#else
    private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        argument.flatMap { run($0) }
    }
#endif

private func run(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
    setThreadName(work.name)
    work.body()
    return nil
}

private func setThreadName(_ name: String) {
    #if canImport(Darwin)
        pthread_setname_np(name)
    #else
        // The C function is hidden from Swift behind a feature macro; the kernel offers the same as a file.
        let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        let bytes = Array(name.utf8.prefix(15))
        _ = write(file, bytes, bytes.count)
        close(file)
    #endif
}
