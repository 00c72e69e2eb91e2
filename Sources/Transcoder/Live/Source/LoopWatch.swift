/// Finds out that a row of prints goes round and round. Pure.
///
/// Once repeated may be a source that sent a stretch again after a break; a loop is what has been repeated as a whole and
/// begins for the third time.
struct LoopWatch: Sendable {
    /// Prints that are remembered: a minute and more of a channel.
    private static let memory = 8192
    /// A shorter round could be one packet sent twice.
    private static let shortestRound = 25
    /// Of so many repeated prints one may be new: what lies at a seam.
    private static let tolerance = 20

    /// Number of the newest of each kind.
    private var newest: [UInt64: Int] = [:]
    private var row: [UInt64] = []
    private var count = 0
    /// Prints of the round, and how many have been repeated at that distance.
    private var round = 0
    private var repeated = 0
    private var missed = 0

    /// Takes the next print, and says whether they are going round.
    mutating func isLoop(after print: UInt64) -> Bool {
        if let before = newest[print] {
            note(distance: count - before)
        } else {
            missed += 1
            if missed * Self.tolerance > repeated { (repeated, missed) = (0, 0) }
        }
        remember(print)
        return round >= Self.shortestRound && repeated > round + Self.shortestRound
    }

    private mutating func note(distance: Int) {
        if distance != round { (round, repeated, missed) = (distance, 0, 0) }
        repeated += 1
    }

    private mutating func remember(_ print: UInt64) {
        if row.count < Self.memory {
            row.append(print)
        } else {
            let old = row[count % Self.memory]
            if newest[old] == count - Self.memory { newest[old] = nil }
            row[count % Self.memory] = print
        }
        newest[print] = count
        count += 1
    }
}
