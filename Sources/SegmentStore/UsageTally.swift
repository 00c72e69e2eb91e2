import Contracts

/// Turns one report into additions to a day's books. Pure: no Redis, no clock.
///
/// Each entry counts twice: under its kind (`bytes:live:720p`: the bill) and under its stream (`bytes:live-8:720p`: what
/// is popular).
enum UsageTally {
    /// A report longer than this is not one of ours.
    static let maximumEntries = 5000

    enum Refusal: Error, Equatable { case notAReport, badDay, badID, tooLong, badEntry }

    /// Amounts that are zero take no room.
    static func read(_ payload: String) throws(Refusal) -> UsageLedger.Addition {
        guard let report = try? UsageReport(json: payload) else { throw .notAReport }
        guard let day = UsageDay(report.day) else { throw .badDay }
        guard (1...100).contains(report.id.utf8.count) else { throw .badID }
        guard report.entries.count <= maximumEntries else { throw .tooLong }
        var addition = UsageLedger.Addition(id: report.id, day: day)
        for entry in report.entries { try add(entry, to: &addition) }
        return addition
    }

    private static func add(_ entry: UsageReport.Entry, to addition: inout UsageLedger.Addition) throws(Refusal) {
        // It becomes part of a field: nothing but what a rendition's name may hold.
        guard FilmPiece(rendition: entry.rendition, index: 0) != nil else { throw .badEntry }
        for name in UsageAmount.allCases {
            let amount = entry[name]
            // A petabyte in one report is a bug, and would overflow the books one day.
            guard (0...(1 << 50)).contains(amount) else { throw .badEntry }
            guard amount > 0 else { continue }
            addition.kinds["\(name.rawValue):\(entry.stream.kind.rawValue):\(entry.rendition)", default: 0] += amount
            addition.streams["\(name.rawValue):\(entry.stream):\(entry.rendition)", default: 0] += amount
            if name == .bytes { addition.bytes[entry.stream, default: 0] += amount }
            if name == .views, entry.stream.kind != .live { addition.views[entry.stream, default: 0] += amount }
        }
    }
}
