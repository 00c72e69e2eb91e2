import Foundation

/// How far the resident memory of another process went up since this was made (Linux).
struct ProcessMemory: Sendable {
    private let pid: pid_t
    private let start: Int

    init(_ pid: pid_t) {
        self.pid = pid
        // Resets the peak to what is resident now.
        try? Data("5".utf8).write(to: URL(filePath: "/proc/\(pid)/clear_refs"))
        start = Self.field("VmRSS", pid)
    }

    /// Bytes: at its highest, and now.
    var peak: Int { Self.field("VmHWM", pid) - start }
    var growth: Int { Self.field("VmRSS", pid) - start }

    /// Bytes that a process has in memory now.
    static func resident(_ pid: pid_t) -> Int { field("VmRSS", pid) }

    private static func field(_ name: String, _ pid: pid_t) -> Int {
        let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
        return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first).flatMap { Int($0) }.map { $0 << 10 } ?? 0
    }
}
