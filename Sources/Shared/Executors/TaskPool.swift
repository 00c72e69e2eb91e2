import NIOCore
import NIOPosix

/// The threads that a service's tasks run on: one per core, from the first moment to the last.
///
/// Swift's own pool is libdispatch's, which adds a thread whenever it finds work waiting at its one look a second and takes one away
/// only after five seconds without work. A service that ticks all day gains threads that way and keeps them
/// (`docs/decisions/0040-threads-of-their-own.md`). A task that shall run here says so (``task(_:)``) or is a child of
/// one that does; ``ServiceHost`` runs everything as its child. As on any pool of Swift's, a task must not block:
/// what has to wait for a disk or a C library has a thread of its own.
///
/// What waits is not bounded here but by who asks: each queue, worker and connection has a bound of its own.
public final class TaskPool: TaskExecutor {
    /// The one of this process; it never ends.
    public static let shared = TaskPool(threads: max(2, System.coreCount))

    private let threads: NIOThreadPool

    /// - Parameter threads: 1 or more; they start at once.
    private init(threads: Int) {
        self.threads = NIOThreadPool(numberOfThreads: threads)
        self.threads.start()
    }

    /// Begins a task that is nobody's child and runs here.
    @discardableResult
    public static func task<Success: Sendable>(
        _ work: sending @escaping () async -> Success
    ) -> Task<Success, Never> {
        Task(executorPreference: shared, operation: work)
    }

    /// Begins a task that is nobody's child, runs here and may fail.
    @discardableResult
    public static func task<Success: Sendable>(
        _ work: sending @escaping () async throws -> Success
    ) -> Task<Success, any Error> {
        Task(executorPreference: shared, operation: work)
    }

    /// Any thread.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        threads.submit { _ in job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
