import Foundation
import Synchronization

/// One of our executables, running for a test with a log file of its own.
public final class ServiceProcess: Sendable {
    public let name: String
    /// Everything that it wrote, in order, over all its lives.
    public let logFile: URL
    private let environment: [String: String]
    private let child: Mutex<ChildProcess>

    /// Starts `executable` with exactly `environment` (plus PATH).
    public init(_ executable: String, name: String, environment: [String: String], logs: URL) throws {
        self.name = name
        var environment = environment
        environment["PATH"] = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        self.environment = environment
        logFile = logs.appending(path: "\(name).log")
        child = Mutex(try Self.launch(executable, environment, logFile))
        self.executable = executable
    }

    private let executable: String

    private static func launch(_ executable: String, _ environment: [String: String], _ log: URL) throws -> ChildProcess
    {
        try ChildProcess(try BuiltProduct.path(executable), [], environment: environment, output: log.path)
    }

    public var pid: pid_t { child.withLock { $0.pid } }
    public var isRunning: Bool { child.withLock { $0.isRunning } }

    /// `kill -9`, and waits until it is gone.
    public func kill() async throws {
        let child = child.withLock { $0 }
        child.signal(SIGKILL)
        try await child.waitForExit()
    }

    /// SIGTERM, and waits; returns the exit code.
    @discardableResult
    public func stop() async throws -> Int32 {
        let child = child.withLock { $0 }
        return try await child.stop(patience: .seconds(20))
    }

    /// SIGSTOP and SIGCONT.
    public func pause() { child.withLock { $0.signal(SIGSTOP) } }
    public func resume() { child.withLock { $0.signal(SIGCONT) } }

    /// Starts it again after `kill` or `stop`.
    public func start() throws {
        let fresh = try Self.launch(executable, environment, logFile)
        child.withLock { $0 = fresh }
    }

    public var log: String { (try? String(contentsOf: logFile, encoding: .utf8)) ?? "" }
}
