import Foundation

/// Runs `ffmpeg` or `ffprobe`, the outside opinion in tests, in a directory of its own that goes with the closure.
public enum MediaCommand {
    public struct Failed: Error, CustomStringConvertible {
        public let command: String
        public let status: Int32
        public let output: String
        public var description: String { "\(command) ended with \(status): \(output.suffix(2000))" }
    }

    /// Runs to the end and returns what it printed, errors and all.
    @discardableResult
    public static func run(_ name: String, _ arguments: [String], within patience: Duration = .seconds(600))
        async throws -> String
    {
        try await withTemporaryDirectory { directory in
            let log = "\(directory)/output"
            let child = try ChildProcess(name, arguments, output: log)
            let status: Int32
            do { status = try await child.waitForExit(within: patience) } catch {
                try await child.stop(patience: .seconds(1))
                throw error
            }
            let output = String(decoding: try readFile(log), as: UTF8.self)
            guard status == 0 else {
                throw Failed(command: ([name] + arguments).joined(separator: " "), status: status, output: output)
            }
            return output
        }
    }

    /// A new directory, removed on every way out.
    public static func withTemporaryDirectory<Result>(
        isolation: isolated (any Actor)? = #isolation, _ body: (String) async throws -> Result
    ) async throws -> Result {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("dash-media-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        return try await body(directory.path)
    }

    /// Whether a command is in PATH.
    public static func isInstalled(_ name: String) -> Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
    }

    public static func readFile(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    public static func writeFile(_ bytes: [UInt8], _ path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }
}
