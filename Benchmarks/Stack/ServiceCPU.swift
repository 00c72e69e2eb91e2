import Foundation
import TestSupport

/// CPU seconds that processes have used so far (Linux).
struct ServiceCPU: Sendable {
    private let seconds: [String: Double]

    static func now(_ stack: DashStack) -> ServiceCPU {
        ServiceCPU(
            seconds: Dictionary(uniqueKeysWithValues: stack.services.map { ($0.name, used($0.pid)) }))
    }

    private init(seconds: [String: Double]) { self.seconds = seconds }

    /// Cores in use between two readings, by process.
    func cores(since earlier: ServiceCPU, over elapsed: Double) -> [(name: String, cores: Double)] {
        seconds.keys.sorted().map { name in
            (name, ((seconds[name] ?? 0) - (earlier.seconds[name] ?? 0)) / elapsed)
        }
    }

    /// CPU seconds of one process.
    static func used(_ pid: pid_t) -> Double {
        let stat = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
        // The name in parentheses may hold spaces; utime and stime are the 12th and 13th words after it.
        let words = stat.split(separator: ")").last?.split(separator: " ") ?? []
        guard words.count > 12, let user = Double(words[11]), let system = Double(words[12]) else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
