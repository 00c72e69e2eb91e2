#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The folded names of a list, one block of bytes, to be searched from its beginning to its end: two megabytes for 57,000 films,
/// which takes a millisecond or two, and no index that would have to be built and kept.
///
/// Only good while its memory is lent.
struct FoldedNames {
    let bytes: UnsafeBufferPointer<UInt8>
    /// Where each name begins, and the end behind the last.
    let starts: UnsafeBufferPointer<UInt32>

    /// Positions of the names that hold all words, ascending.
    /// - Parameters:
    ///   - words: not empty; no word is, or has a line break in it.
    ///   - among: ascending; only these count.
    func positions(of words: [[UInt8]], among: [UInt32]?) -> [Int] {
        if let among { return among.map { Int($0) }.filter { has(words[...], $0) } }
        var found: [Int] = []
        guard let first = words.first else { return found }
        var place = 0
        var position = 0
        while let hit = find(first, from: place, to: bytes.count) {
            position = self.position(of: hit, from: position)
            if has(words.dropFirst(), position) { found.append(position) }
            position += 1
            place = Int(starts[position])
        }
        return found
    }

    private func has(_ words: ArraySlice<[UInt8]>, _ position: Int) -> Bool {
        let (start, end) = (Int(starts[position]), Int(starts[position + 1]))
        return words.allSatisfy { find($0, from: start, to: end) != nil }
    }

    /// The name that a place lies in: at or behind `from`, mostly near it.
    private func position(of place: Int, from: Int) -> Int {
        var (low, step) = (from, 1)
        while low + step < starts.count - 1, Int(starts[low + step]) <= place {
            low += step
            step *= 2
        }
        var high = min(low + step, starts.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if Int(starts[middle]) <= place { low = middle } else { high = middle }
        }
        return low
    }

    private func find(_ word: [UInt8], from start: Int, to end: Int) -> Int? {
        guard let base = bytes.baseAddress, let first = word.first else { return nil }
        var place = start
        while place + word.count <= end,
            let hit = memchr(base + place, Int32(first), end - word.count + 1 - place)
        {
            place = UnsafeRawPointer(hit) - UnsafeRawPointer(base)
            if memcmp(base + place, word, word.count) == 0 { return place }
            place += 1
        }
        return nil
    }
}
