import HTTPTypes

/// Which bytes of a file a request asks for (RFC 9110 §14). Pure.
enum ByteRange: Sendable, Equatable {
    case whole
    /// 206, both ends included.
    case part(ClosedRange<Int64>)
    /// 416.
    case unsatisfiable

    /// - Parameters:
    ///   - size: bytes of the file.
    ///   - ifRange: the part is wanted only while the file is still this one; else the whole.
    ///
    /// What is malformed, of another unit, or several ranges at once is ignored, as the RFC allows: the whole is answered.
    init(_ header: String?, ifRange: String?, etag: String, size: Int64) {
        guard let header, ifRange == nil || ifRange == etag, let (first, last) = Self.bounds(header) else {
            self = .whole
            return
        }
        switch (first, last) {
        case (nil, let suffix?):
            self = suffix > 0 && size > 0 ? .part(max(0, size - suffix)...size - 1) : .unsatisfiable
        case (let first?, let last):
            if let last, last < first {
                self = .whole
            } else if first >= size {
                self = .unsatisfiable
            } else {
                self = .part(first...min(last ?? size - 1, size - 1))
            }
        case (nil, nil): self = .whole
        }
    }

    private static func bounds(_ header: String) -> (first: Int64?, last: Int64?)? {
        let parts = header.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].lowercased() == "bytes" else { return nil }
        let ends = parts[1].filter { $0 != " " }.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2 else { return nil }
        let numbers = ends.map { number($0) }
        guard zip(ends, numbers).allSatisfy({ $0.isEmpty || $1 != nil }) else { return nil }
        return numbers[0] == nil && numbers[1] == nil ? nil : (numbers[0], numbers[1])
    }

    private static func number(_ digits: Substring) -> Int64? {
        guard (1...18).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int64(digits)
    }
}
