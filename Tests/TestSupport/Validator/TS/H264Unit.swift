#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The NAL units of one picture in Annex B form, and what is in its parameter sets.
struct H264Unit {
    /// In order: 1 slice, 5 IDR slice, 6 SEI, 7 SPS, 8 PPS, 9 delimiter.
    private(set) var types: [UInt8] = []
    /// Slices that begin a picture (first_mb_in_slice = 0): 1 in a legal unit.
    private(set) var pictures = 0
    private(set) var sequenceParameters: [UInt8]?
    private(set) var pictureParameters: [UInt8]?

    var isIDR: Bool { types.contains(5) }

    init(_ data: [UInt8]) {
        let starts = Self.starts(data)
        for (index, start) in starts.enumerated() where start < data.count {
            var end = index + 1 < starts.count ? starts[index + 1] - 3 : data.count
            while end > start && data[end - 1] == 0 { end -= 1 }
            add(data[start..<end])
        }
    }

    private mutating func add(_ nal: ArraySlice<UInt8>) {
        guard let first = nal.first else { return }
        let type = first & 0x1F
        types.append(type)
        switch type {
        case 1, 5: if nal.count > 1, nal[nal.startIndex + 1] & 0x80 != 0 { pictures += 1 }
        case 7: sequenceParameters = Array(nal)
        case 8: pictureParameters = Array(nal)
        default: break
        }
    }

    /// Positions after each `00 00 01`.
    private static func starts(_ data: [UInt8]) -> [Int] {
        var result: [Int] = []
        data.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            var at = 2
            // The byte 1 is rare, so looking for it in C makes this fast in a debug build too.
            while at < bytes.count, let found = memchr(base + at, 1, bytes.count - at) {
                let position = UnsafeRawPointer(found) - base
                if bytes[position - 1] == 0 && bytes[position - 2] == 0 { result.append(position + 1) }
                at = position + 1
            }
        }
        return result
    }
}
