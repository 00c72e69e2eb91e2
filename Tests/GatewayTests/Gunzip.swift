import Foundation
import NIOCore

/// Undoes gzip with the system's own tool, so that our writer is not checked by itself.
enum Gunzip {
    static func text(_ bytes: ByteBuffer) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "dash-gunzip-\(UUID().uuidString).gz")
        try Data(bytes.readableBytesView).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/gzip")
        process.arguments = ["-dc", file.path]
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
