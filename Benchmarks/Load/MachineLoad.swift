import Foundation

/// What all cores did so far, by `/proc/stat` (Linux): with what no process is charged for, as the kernel's work on received packets.
struct MachineLoad: Sendable {
    /// Core-seconds: in use, and taken by other guests of the host.
    let busy: Double
    let stolen: Double

    static func now() -> MachineLoad {
        let text = (try? String(contentsOfFile: "/proc/stat", encoding: .utf8)) ?? ""
        // user nice system idle iowait irq softirq steal
        let line = text.split(separator: "\n").first?.split(separator: " ").dropFirst() ?? []
        let values = line.compactMap { Double($0) }.map { $0 / Double(sysconf(Int32(_SC_CLK_TCK))) }
        guard values.count > 7 else { return MachineLoad(busy: .nan, stolen: .nan) }
        return MachineLoad(busy: values[0] + values[1] + values[2] + values[5] + values[6], stolen: values[7])
    }

    static func - (later: MachineLoad, earlier: MachineLoad) -> MachineLoad {
        MachineLoad(busy: later.busy - earlier.busy, stolen: later.stolen - earlier.stolen)
    }
}
