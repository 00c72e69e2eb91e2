import Foundation
import TestSupport

/// What a running process holds now (Linux).
struct ProcessFigures: Sendable {
    /// Bytes that are resident.
    let memory: Double
    let descriptors: Double
    let threads: Double

    /// nil if there is no such process.
    init?(_ pid: pid_t) {
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
            let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd"),
            let memory = Self.field("VmRSS:", status), let threads = Self.field("Threads:", status)
        else { return nil }
        self.memory = memory * 1024
        self.threads = threads
        descriptors = Double(open.count)
    }

    private static func field(_ name: String, _ status: String) -> Double? {
        let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }
    }
}
