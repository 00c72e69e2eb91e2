import Foundation

/// How far the process' resident memory went up since this was made, at its highest (Linux).
struct ResidentMemory {
    private let start: Int

    init() {
        // Resets the peak to what is resident now.
        try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
        start = Self.field("VmRSS")
    }

    func growth() -> Int { Self.field("VmHWM") - start }

    private static func field(_ name: String) -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
        return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first).flatMap { Int($0) }.map { $0 << 10 } ?? 0
    }
}
