import Contracts

/// Which packets of a sound track are where they say they are.
///
/// Files that were recorded from the air have units whose time is broken. Such a unit must neither count as progress, or all other streams
/// would look as if they had ended, nor be waited for. So a time that is not near what came before is believed when sound
/// goes on there for `proof`; a broken unit is shorter, and after it the track is back where it was. Times are ticks. Pure.
struct TrustedTimes<Item> {
    /// How far apart a packet's end and the next one's beginning may lie.
    private static var tolerance: Int64 { FilmGrid.ticksPerSecond * 3 / 2 }
    private static var proof: Int64 { FilmGrid.ticksPerSecond * 2 }
    private static var mostDoubtful: Int { 512 }

    private struct Candidate {
        let item: Item
        let time: Int64
        let end: Int64
    }

    /// How far the track was certainly read.
    private(set) var reached = Int64.min
    /// The end of the last one that was believed, or where reading began.
    private var last: Int64
    private var isSure = false
    private var doubtful: [Candidate] = []

    /// - Parameter place: where reading begins.
    init(from place: Int64) { last = place }

    /// - Returns: what is known to be in its place now, in order.
    mutating func add(_ item: Item, at time: Int64, lasting duration: Int64) -> [Item] {
        let candidate = Candidate(item: item, time: time, end: time + max(0, duration))
        if isNear(last, time) {
            doubtful = []
            believe(candidate)
            return [item]
        }
        guard let tail = doubtful.last, let head = doubtful.first else {
            doubtful = [candidate]
            return []
        }
        guard isNear(tail.end, time) else {
            // At three places at once. What was surely in its place before may have been a short sound between two silences; from an
            // unsure beginning it was not.
            let earlier = isSure ? takeDoubtful() : []
            doubtful = [candidate]
            return earlier
        }
        doubtful.append(candidate)
        let isProven = candidate.end - head.time >= Self.proof || doubtful.count >= Self.mostDoubtful
        return isProven ? takeDoubtful() : []
    }

    /// What waits for proof and lies before `limit`: nothing follows that could tell.
    mutating func takeDoubtful(before limit: Int64 = .max) -> [Item] {
        let given = doubtful.filter { $0.time < limit }
        doubtful.removeAll { $0.time < limit }
        if let tail = given.last { believe(tail) }
        return given.map(\.item)
    }

    private mutating func believe(_ candidate: Candidate) {
        reached = candidate.time
        last = candidate.end
        isSure = true
    }

    private func isNear(_ end: Int64, _ time: Int64) -> Bool { abs(time - end) <= Self.tolerance }
}
