/// What a film's reader does next: go on with the open response, ask for another range, or rest. Pure.
///
/// A range asked for and not read to its end costs the connection and what is under way in it, so a response is finished when
/// that takes no longer than `patience`; otherwise whoever waits elsewhere in the film comes first.
enum FetchDecision: Sendable, Equatable {
    case readOn
    /// Ask for `count` blocks from `first` on.
    case open(first: Int, count: Int)
    case rest

    /// The range that is being read, in blocks.
    struct Window: Sendable, Equatable {
        /// The next block to come.
        var next: Int
        /// Behind its last block.
        var end: Int
        /// Blocks that it was opened with.
        var count: Int
    }

    /// Blocks of a first range after a jump, and the most that a range grows to while it is read in order.
    static let smallest = 2
    static let largest = 16
    /// Seconds that whoever waits elsewhere may lose to the rest of an open response.
    static let patience = 0.3

    /// - Parameters:
    ///   - wanted: blocks that somebody waits for, the most urgent first.
    ///   - window: what is open; `nil`: nothing.
    ///   - last: the window read last, if it was read to its end.
    ///   - blockCount: blocks of the whole film; `nil`: not known yet.
    ///   - rate: blocks per second lately; 0: not known.
    ///   - isCached: blocks that never have to be read again.
    init(
        wanted: [Int], window: Window?, last: Window?, blockCount: Int?, rate: Double, isCached: (Int) -> Bool
    ) {
        let open = window.flatMap { $0.next < $0.end ? $0 : nil }
        guard let target = wanted.first else {
            self = open == nil ? .rest : .readOn
            return
        }
        if let open {
            let left = Double(open.end - open.next)
            if (open.next..<open.end).contains(target) || (rate > 0 && left / rate <= Self.patience) {
                self = .readOn
                return
            }
        }
        let follows = (window ?? last).map { $0.end == target } ?? false
        let size = follows ? min(Self.largest, 2 * ((window ?? last)?.count ?? 1)) : Self.smallest
        let limit = min(target + size, max(blockCount ?? .max, target + 1))
        let end = (target + 1..<max(limit, target + 1)).first(where: isCached) ?? limit
        self = .open(first: target, count: end - target)
    }
}
