import Foundation

/// A temporary file that a child process writes its output to, read while it grows.
struct OutputFile {
    let path = FileManager.default.temporaryDirectory.path + "/dash-output-\(UUID().uuidString)"

    var text: String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

    /// The first whole line with this beginning; `nil` if the process ends without it, or after `seconds`.
    func line(startingWith prefix: String, of process: ChildProcess, seconds: Double) async throws -> String? {
        let end = ContinuousClock.now + .seconds(seconds)
        while true {
            let isRunning = process.isRunning
            let whole = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            if let line = whole.first(where: { $0.hasPrefix(prefix) }) { return String(line) }
            guard isRunning, ContinuousClock.now < end else { return nil }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
