import Glibc

/// A file that lines are appended to. Each line is one `write`, so that nothing is lost when the process is killed.
final class LogFile: Sendable {
    private let descriptor: CInt

    /// - Throws: `LogFileError` if the file cannot be opened.
    init(path: String) throws {
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw LogFileError(path: path, code: errno) }
    }

    deinit { Glibc.close(descriptor) }

    /// A full disk loses lines: the log is a help, not a promise.
    func write(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = Glibc.write(descriptor, bytes, bytes.count)
    }
}

struct LogFileError: Error, CustomStringConvertible {
    let path: String
    let code: CInt
    var description: String { "cannot open the log file \(path) (error \(code))" }
}
