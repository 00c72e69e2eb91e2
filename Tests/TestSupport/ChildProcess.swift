import Foundation
import Synchronization

/// A process that a test started, and that never outlives it.
///
/// The child asks the kernel to kill it when the thread that made it ends (`setpriv --pdeathsig`), so it is gone even when the
/// test process crashes. That thread must therefore live as long as the process: all children are made on one such thread.
public final class ChildProcess: Sendable {
    public enum Failure: Error, CustomStringConvertible {
        case notStarted(String, Int32)
        case stillRunning(String)

        public var description: String {
            switch self {
            case .notStarted(let name, let code): "cannot start \(name): \(String(cString: strerror(code)))"
            case .stillRunning(let name): "\(name) did not end in time"
            }
        }
    }

    /// How a process ended: its exit code, or minus the signal that ended it.
    public typealias Status = Int32

    public let pid: pid_t
    private let name: String
    private let exit = Mutex<(status: Status?, waiters: [Int: CheckedContinuation<Void, Never>], next: Int)>(
        (nil, [:], 0))

    /// Starts `executable` (found in PATH if it holds no slash).
    /// - Parameters:
    ///   - environment: the whole environment of the child; `nil`: ours.
    ///   - output: file that stdout and stderr are appended to; `nil`: thrown away.
    public init(
        _ executable: String, _ arguments: [String], environment: [String: String]? = nil, output: String? = nil
    ) throws {
        name = (executable as NSString).lastPathComponent
        let words = ["setpriv", "--pdeathsig", "KILL", executable] + arguments
        let variables = (environment ?? ProcessInfo.processInfo.environment).map { "\($0.key)=\($0.value)" }
        let result = SpawnThread.shared.perform { spawn(words, variables, output: output) }
        guard case .success(let pid) = result else {
            if case .failure(let error) = result { throw Failure.notStarted(executable, error.code) }
            throw Failure.notStarted(executable, EINVAL)
        }
        self.pid = pid
        Thread.detachNewThread { [self] in reap() }
    }

    public var isRunning: Bool { exit.withLock { $0.status == nil } }

    /// Sends a signal, unless the process has ended (its pid could be another's by now).
    public func signal(_ number: Int32) {
        exit.withLock { if $0.status == nil { _ = kill(pid, number) } }
    }

    /// Waits for the end. Throws `stillRunning` after `patience`.
    @discardableResult
    public func waitForExit(within patience: Duration = .seconds(60)) async throws -> Status {
        let waiting = Task { await exited() }
        let timer = Task {
            try await Task.sleep(for: patience)
            releaseWaiters()
        }
        await waiting.value
        timer.cancel()
        guard let status = exit.withLock({ $0.status }) else { throw Failure.stillRunning(name) }
        return status
    }

    /// Asks it to end (SIGTERM), kills it after `patience`, and returns when it is gone.
    @discardableResult
    public func stop(patience: Duration = .seconds(10)) async throws -> Status {
        signal(SIGTERM)
        do {
            return try await waitForExit(within: patience)
        } catch {
            signal(SIGKILL)
            return try await waitForExit()
        }
    }

    private func exited() async {
        await withCheckedContinuation { continuation in
            let isOver = exit.withLock { exit in
                if exit.status != nil { return true }
                exit.waiters[exit.next] = continuation
                exit.next += 1
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    private func releaseWaiters() {
        let waiters = exit.withLock { exit in
            defer { exit.waiters = [:] }
            return exit.waiters
        }
        waiters.values.forEach { $0.resume() }
    }

    /// Blocks its own thread until the child ends.
    private func reap() {
        var information = siginfo_t()
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        // The pid is freed under the lock, so that `signal` can never hit a stranger.
        exit.withLock { exit in
            var status: Int32 = 0
            waitpid(pid, &status, 0)
            exit.status = status & 0x7f == 0 ? (status >> 8) & 0xff : -(status & 0x7f)
        }
        releaseWaiters()
    }
}

private struct SpawnError: Error { let code: Int32 }

/// posix_spawn with default signals and no input.
private func spawn(_ words: [String], _ variables: [String], output: String?) -> Result<pid_t, SpawnError> {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output ?? "/dev/null", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var all = sigset_t()
    var none = sigset_t()
    sigfillset(&all)
    sigemptyset(&none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

    var argv = words.map { strdup($0) } + [nil]
    var envp = variables.map { strdup($0) } + [nil]
    defer { (argv + envp).forEach { free($0) } }
    var pid: pid_t = 0
    let code = posix_spawnp(&pid, words[0], &actions, &attributes, &argv, &envp)
    return code == 0 ? .success(pid) : .failure(SpawnError(code: code))
}

/// The thread that makes all children and ends only with the process.
private final class SpawnThread: Sendable {
    static let shared = SpawnThread()
    private let jobs = Mutex<[@Sendable () -> Void]>([])
    private let wakeUp = DispatchSemaphore(value: 0)

    private init() {
        Thread.detachNewThread { [self] in
            while true {
                wakeUp.wait()
                let job = jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
                job?()
            }
        }
    }

    /// Blocks for the millisecond that a spawn takes.
    func perform<Result: Sendable>(_ job: @escaping @Sendable () -> Result) -> Result {
        let result = Mutex<Result?>(nil)
        let done = DispatchSemaphore(value: 0)
        let box = Box(result: consume result)
        jobs.withLock { jobs in
            jobs.append {
                box.result.withLock { $0 = job() }
                done.signal()
            }
        }
        wakeUp.signal()
        done.wait()
        return box.result.withLock { $0! }
    }

    private final class Box<Result: Sendable>: Sendable {
        let result: Mutex<Result?>
        init(result: consuming Mutex<Result?>) { self.result = result }
    }
}
