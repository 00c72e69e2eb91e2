import Foundation
import TestSupport

/// What a run of chaos ends with.
struct ChaosReport {
    let seed: UInt64
    let minutes: Double
    /// Most connections that the provider saw at once.
    let peak: Int
    let limit: Int
    let totals: ChaosNotes.Totals

    func show() {
        let faults = totals.faults.values.reduce(0, +)
        var table = FigureTable("chaos, seed \(seed), \(minutes) minutes, \(faults) faults")
        for (kind, count) in totals.faults.sorted(by: { $0.key < $1.key }) { table.note("fault: \(kind)", "\(count)") }
        table.note("requests of viewers", "\(totals.requests)")
        table.note("segments judged, live and film", "\(totals.segments), \(totals.filmSegments)")
        for (what, count) in totals.refusals.sorted(by: { $0.key < $1.key }) { table.note("told: \(what)", "\(count)") }
        table.note("most times that one request was repeated", "\(totals.mostRetries)")
        table.note("provider connections, most at once (the account's: \(limit))", "\(peak)")
        table.note("playlists that went on behind a hole", "\(totals.jumps)")
        table.seconds("worst stall of a viewer 12 s behind the edge", totals.stalls.max() ?? 0)
        let times = totals.interruptions
        let mean = times.isEmpty ? 0 : times.reduce(0, +) / Double(times.count)
        table.seconds("mean time to recover, over \(times.count) interruptions", mean)
        let broken = totals.violations.list.count + totals.violations.omitted
        table.require("broken invariants", "\(broken)", "= 0", isMet: broken == 0)
        table.show()
        for violation in totals.violations.list { print(violation) }
        fflush(nil)
    }
}
