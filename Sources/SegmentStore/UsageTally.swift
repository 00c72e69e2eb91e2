import Contracts

/// Turns one report into additions to a day's books. Pure: no Redis, no clock.
///
/// Each entry counts twice: under its kind (`bytes:live:720p`: the bill) and under its stream (`bytes:live-8:720p`: what
/// is popular).
enum UsageTally {
    /// A report longer than this is not one of ours.
    static let maximumEntries = 5000

    enum Refusal: Error, Equatable { case notAReport, badDay, badID, tooLong, badEntry }

    struct Tally: Sendable {
        let id: String
        let day: UsageDay
        /// In order of the field; nothing that is zero.
        let amounts: [(field: String, amount: Int64)]
    }

    static func read(_ payload: String) throws(Refusal) -> Tally {
        guard let report = try? UsageReport(json: payload) else { throw .notAReport }
        guard let day = UsageDay(report.day) else { throw .badDay }
        guard (1...100).contains(report.id.utf8.count) else { throw .badID }
        guard report.entries.count <= maximumEntries else { throw .tooLong }
        var sums: [String: Int64] = [:]
        for entry in report.entries { try add(entry, to: &sums) }
        return Tally(
            id: report.id, day: day,
            amounts: sums.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { (field: $0.key, amount: $0.value) })
    }

    private static func add(_ entry: UsageReport.Entry, to sums: inout [String: Int64]) throws(Refusal) {
        guard isName(entry.rendition) else { throw .badEntry }
        let amounts = [
            ("bytes", entry.bytes), ("segments", entry.segments), ("views", entry.views), ("cached", entry.cached),
        ]
        for (name, amount) in amounts {
            // A petabyte in one report is a bug, and would overflow the books one day.
            guard (0...(1 << 50)).contains(amount) else { throw .badEntry }
            for subject in [entry.stream.kind.rawValue, entry.stream.description] {
                sums["\(name):\(subject):\(entry.rendition)", default: 0] += amount
            }
        }
    }

    /// A rendition or track: `720p`, `audio-fra`. It becomes part of a field, so nothing else may be in it.
    private static func isName(_ text: String) -> Bool {
        (1...20).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }
}
