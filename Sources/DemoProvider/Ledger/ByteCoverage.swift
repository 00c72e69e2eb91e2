/// Which bytes of a file were sent at least once: disjoint ranges in order.
struct ByteCoverage: Sendable {
    private(set) var ranges: [Range<Int64>] = []

    var count: Int64 { ranges.reduce(0) { $0 + Int64($1.count) } }

    mutating func insert(_ range: Range<Int64>) {
        guard !range.isEmpty else { return }
        let first = place { $0.upperBound >= range.lowerBound }
        let end = place { $0.lowerBound > range.upperBound }
        guard first < end else { return ranges.insert(range, at: first) }
        let lower = min(range.lowerBound, ranges[first].lowerBound)
        let upper = max(range.upperBound, ranges[end - 1].upperBound)
        ranges.replaceSubrange(first..<end, with: [lower..<upper])
    }

    /// The first range that is far enough; `isFar` is false for all before one for which it is true.
    private func place(_ isFar: (Range<Int64>) -> Bool) -> Int {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if isFar(ranges[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
