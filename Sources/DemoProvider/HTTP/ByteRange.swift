/// A Range header of one range (RFC 9110 §14).
enum ByteRange: Equatable {
    /// No header, or one that may be ignored (several ranges, another unit).
    case whole
    case part(Range<Int64>)
    case unsatisfiable

    init(header: String?, size: Int64) {
        self = .whole
        guard let header, header.hasPrefix("bytes="), !header.contains(",") else { return }
        let ends = header.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard ends.count == 2, ends.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }) else { return }
        let last = Int64(ends[1])
        guard let first = Int64(ends[0]) else {
            guard ends[0].isEmpty, let last else { return }
            self = last > 0 && size > 0 ? .part(max(0, size - last)..<size) : .unsatisfiable
            return
        }
        if let last, last < first { return }
        if !ends[1].isEmpty, last == nil { return }
        self = first < size ? .part(first..<min(size, (last ?? size - 1) + 1)) : .unsatisfiable
    }
}
