import Foundation

/// A command of the machine, run to its end.
struct Tool {
    let name: String
    var standing: [String] = []

    static let ffmpeg = Tool(name: "ffmpeg", standing: ["-nostdin", "-v", "error"])

    static let wrk = Tool(name: "wrk")

    struct Failed: Error, CustomStringConvertible {
        let command: String
        let output: String
        var description: String { "\(command): \(output)" }
    }

    /// Returns what it wrote to standard error.
    @discardableResult
    func run(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [name] + standing + arguments
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let output = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failed(command: name, output: String(output.suffix(2_000)))
        }
        return output
    }

    /// As a person would type it.
    func line(_ arguments: [String]) -> String {
        ([name] + standing + arguments).map { $0.contains { " ;[]'".contains($0) } ? "'\($0)'" : $0 }
            .joined(separator: " ")
    }
}
