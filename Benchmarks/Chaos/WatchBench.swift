import ArgumentParser
import Foundation
import TestSupport

/// Watches a system that runs elsewhere, as viewers do, while somebody else breaks it: containers, a staging deployment.
struct WatchBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Viewers of a system that runs already: every answer judged, every retried request told.",
        discussion: """
            Two channels in three qualities and two films, of the demo provider's. What breaks the system meanwhile is yours \
            to do; each request that had to be repeated is printed with its time.
            """)

    @Option(help: "Where viewers reach it; may be given several times: after a failure they go to the next.")
    var url: [String] = ["http://127.0.0.1:3000"]
    @Option(help: "Minutes.") var minutes = 5.0
    @Option(help: "Seconds without anything new that a viewer may have to bear.") var longestSilence = 60.0
    @OptionGroup var strictness: Strictness

    func validate() throws {
        guard !url.isEmpty, url.allSatisfy({ URL(string: $0)?.host != nil }) else {
            throw ValidationError("--url takes an address, as http://127.0.0.1:3000")
        }
        guard (0.5...1440).contains(minutes) else { throw ValidationError("--minutes takes 0.5…1440, as 5") }
        guard (10...600).contains(longestSilence) else {
            throw ValidationError("--longest-silence takes 10…600 s, as 60")
        }
    }

    func run() async throws { try strictness.judge([await measure()]) }

    func measure() async -> Bool {
        let notes = ChaosNotes()
        let gateways = url.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        let audience = ChaosAudience(
            gateways: gateways, judge: AnswerJudge(secrets: []), notes: notes, longestSilence: longestSilence,
            tellsRetries: true)
        await audience.watch(until: .now + .seconds(minutes * 60))
        let totals = notes.value
        var table = FigureTable("viewers of \(gateways.joined(separator: ", ")), \(minutes) minutes")
        table.note("requests", "\(totals.requests)")
        table.note("segments judged, live and film", "\(totals.segments), \(totals.filmSegments)")
        for (what, count) in totals.refusals.sorted(by: { $0.key < $1.key }) { table.note("told: \(what)", "\(count)") }
        table.require(
            "most times that one request was repeated", "\(totals.mostRetries)", "≤ 1", isMet: totals.mostRetries <= 1)
        table.seconds("worst stall of a viewer 12 s behind the edge", totals.stalls.max() ?? 0)
        table.note("playlists that went on behind a hole", "\(totals.jumps)")
        let broken = totals.violations.list.count + totals.violations.omitted
        table.require("broken rules", "\(broken)", "= 0", isMet: broken == 0)
        table.show()
        return table.isWithinBounds
    }
}
