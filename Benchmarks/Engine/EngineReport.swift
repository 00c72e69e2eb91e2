import Contracts
import Foundation

/// The figures of `bench engine` and the bounds that they are held against.
struct EngineReport {
    struct Rung {
        let name: String
        let theirBytes: Int
        let ourBytes: Int
        let theirScore: Double
        let ourScore: Double
    }

    /// Bounds that the project set itself.
    enum Bound {
        static let cpu = 0.90
        static let bytes = 1.02
        static let lostScore = 0.5
        static let lowestOnly = 0.35
    }

    let ladder: [Rendition]
    let seconds: Double
    var rungs: [Rung] = []
    private var theirs: Double = .infinity
    private var ours: Double = .infinity
    private var lowest: Double = .infinity
    private var memory = 0

    init(ladder: [Rendition], seconds: Double) {
        self.ladder = ladder
        self.seconds = seconds
    }

    mutating func add(theirs cost: CPUTime) { theirs = min(theirs, cost.seconds) }

    mutating func add(ours whole: EngineRun, lowest part: EngineRun) {
        ours = min(ours, whole.cpu.seconds)
        lowest = min(lowest, part.cpu.seconds)
        memory = max(memory, whole.memory)
    }

    private var cpuRatio: Double { ours / theirs }
    private var bytesRatio: Double {
        Double(rungs.reduce(0) { $0 + $1.ourBytes }) / Double(max(1, rungs.reduce(0) { $0 + $1.theirBytes }))
    }
    private var lowestRatio: Double { lowest / ours }
    private var lostScore: Double { rungs.map { $0.theirScore - $0.ourScore }.max() ?? 0 }

    var isWithinBounds: Bool {
        cpuRatio <= Bound.cpu && bytesRatio <= Bound.bytes && lowestRatio <= Bound.lowestOnly
            && lostScore <= Bound.lostScore
    }

    var table: String {
        var lines = [
            "| | ffmpeg veryfast | DASH WebTV | ratio | bound |",
            "| --- | --- | --- | --- | --- |",
            row("CPU seconds, \(ladder.count) rungs", theirs, ours, cpuRatio, "≤ \(Bound.cpu)", cpuRatio <= Bound.cpu),
            String(format: "| cores at real time | %.2f | %.2f | | |", theirs / seconds, ours / seconds),
            row(
                "CPU seconds, only 360p", ours, lowest, lowestRatio, "≤ \(Bound.lowestOnly) of all rungs",
                lowestRatio <= Bound.lowestOnly),
            row(
                "bytes (MB), with sound and TS", megabytes(\.theirBytes), megabytes(\.ourBytes), bytesRatio,
                "≤ \(Bound.bytes)", bytesRatio <= Bound.bytes),
        ]
        lines += rungs.map { rung in
            let lost = rung.theirScore - rung.ourScore
            return String(
                format: "| VMAF %@ (%.2f / %.2f MB) | %.2f | %.2f | %+.2f | ≥ −%.1f %@ |", rung.name,
                Double(rung.theirBytes) / 1e6, Double(rung.ourBytes) / 1e6, rung.theirScore, rung.ourScore, -lost,
                Bound.lostScore, mark(lost <= Bound.lostScore))
        }
        lines.append(String(format: "| memory of a channel (MB) | | %.0f | | |", Double(memory) / 1e6))
        return lines.joined(separator: "\n")
    }

    private func megabytes(_ field: KeyPath<Rung, Int>) -> Double {
        Double(rungs.reduce(0) { $0 + $1[keyPath: field] }) / 1e6
    }

    private func row(_ name: String, _ first: Double, _ second: Double, _ ratio: Double, _ bound: String, _ met: Bool)
        -> String
    {
        String(format: "| %@ | %.2f | %.2f | %.3f | %@ %@ |", name, first, second, ratio, bound, mark(met))
    }

    private func mark(_ met: Bool) -> String { met ? "✓" : "✗" }
}
