import Foundation
import Synchronization

/// A child process whose standard output is read line by line and whose standard input is held open as a life line.
///
/// `@unchecked Sendable`: `process` is started in `init`; afterwards only its thread-safe calls (`terminate`, `isRunning`,
/// `waitUntilExit`) are made, under `ending`. The pipes are not touched again; the output lives behind a mutex.
public final class ChildBox: @unchecked Sendable {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let state = Mutex(State())
    private let ending = Mutex(false)

    private struct State {
        var lines: [String] = []
        var partial: [UInt8] = []
        var isEnded = false
        var waiters: [(prefix: String, continuation: CheckedContinuation<String?, Never>)] = []
    }

    public init(executable: String, arguments: [String], environment: [String: String]? = nil) throws {
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        if let environment { process.environment = environment }
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        output.fileHandleForReading.readabilityHandler = { [weak self] handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil }
            self?.take(data)
        }
        try process.run()
    }

    public var identifier: Int32 { process.processIdentifier }
    /// Everything printed so far (the last thousand lines).
    public var said: String { state.withLock { $0.lines.joined(separator: "\n") } }

    /// The first line with this beginning, said before or later; `nil` if the process ends without it.
    public func line(startingWith prefix: String) async -> String? {
        await withCheckedContinuation { continuation in
            let known: String?? = state.withLock { state in
                if let line = state.lines.first(where: { $0.hasPrefix(prefix) }) { return .some(line) }
                if state.isEnded { return .some(nil) }
                state.waiters.append((prefix, continuation))
                return .none
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    private func take(_ data: Data) {
        let ready: [(CheckedContinuation<String?, Never>, String?)] = state.withLock { state in
            guard !data.isEmpty else {
                state.isEnded = true
                defer { state.waiters = [] }
                return state.waiters.map { ($0.continuation, nil) }
            }
            state.partial += data
            var ready: [(CheckedContinuation<String?, Never>, String?)] = []
            while let end = state.partial.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: state.partial[..<end], as: UTF8.self)
                state.partial.removeSubrange(...end)
                state.lines.append(line)
                if state.lines.count > 1000 { state.lines.removeFirst() }
                ready += state.waiters.filter { line.hasPrefix($0.prefix) }.map { ($0.continuation, line) }
                state.waiters.removeAll { line.hasPrefix($0.prefix) }
            }
            return ready
        }
        for (continuation, line) in ready { continuation.resume(returning: line) }
    }

    /// SIGTERM, then SIGKILL after five seconds. Blocks until the process is gone.
    public func stop() {
        ending.withLock { isEnded in
            guard !isEnded else { return }
            isEnded = true
            if process.isRunning { process.terminate() }
            let end = Date() + 5
            while process.isRunning, Date() < end { usleep(10_000) }
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
            process.waitUntilExit()
        }
    }

    deinit { stop() }
}
