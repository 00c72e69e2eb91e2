/// Changes of a file's bytes that `ffmpeg` does not make. Pure; a file that does not look as expected comes back as it is.
enum FilmEdit: Sendable {
    case copy
    /// Only the first so many percent of it.
    case cut(percent: Int)
    /// An AVI loses its `idx1`, and the flag that promises one.
    case withoutIndex
    /// A Matroska file loses its Cues: they become a Void element, and the SeekHead no longer names them.
    case withoutCues
    /// An MP4's picture is to be shown turned by 90 degrees.
    case turned

    func apply(to bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .copy: bytes
        case .cut(let percent): Array(bytes.prefix(bytes.count * percent / 100))
        case .withoutIndex: Self.withoutIndex(bytes)
        case .withoutCues: Self.withoutCues(bytes)
        case .turned: Self.turned(bytes)
        }
    }

    // MARK: AVI: RIFF chunks, little endian

    private static func withoutIndex(_ bytes: [UInt8]) -> [UInt8] {
        var place = 12
        while place + 8 <= bytes.count, bytes[place..<place + 4] != ArraySlice("idx1".utf8) {
            let size = (0..<4).reduce(0) { $0 | Int(bytes[place + 4 + $1]) << (8 * $1) }
            place += 8 + size + size % 2
        }
        guard place < bytes.count else { return bytes }
        var result = Array(bytes.prefix(place))
        for byte in 0..<4 { result[4 + byte] = UInt8(truncatingIfNeeded: (place - 8) >> (8 * byte)) }
        // `avih`: flags follow the frame time, the data rate and the alignment. 0x10 is AVIF_HASINDEX.
        if let header = find("avih", in: result).first { result[header + 8 + 12] &= ~0x10 }
        return result
    }

    // MARK: Matroska: EBML elements

    private static func withoutCues(_ bytes: [UInt8]) -> [UInt8] {
        let identifier: [UInt8] = [0x1C, 0x53, 0xBB, 0x6B]
        let places = find(identifier, in: bytes)
        guard let cues = places.last, cues + 12 < bytes.count else { return bytes }
        let width = bytes[cues + 4].leadingZeroBitCount + 1
        let size = (1..<width).reduce(Int(bytes[cues + 4]) & (0xFF >> width)) { $0 << 8 | Int(bytes[cues + 4 + $1]) }
        let length = 4 + width + size - 9
        guard length > 0, width <= 8 else { return bytes }
        var result = bytes
        result[cues] = 0xEC
        result[cues + 1] = 0x01
        for byte in 0..<7 { result[cues + 2 + byte] = UInt8(truncatingIfNeeded: length >> (8 * (6 - byte))) }
        // What the SeekHead says of Cues, it now says of Tags; readers look there, find a Void and go on.
        for place in places.dropLast() { result.replaceSubrange(place..<place + 4, with: [0x12, 0x54, 0xC3, 0x67]) }
        return result
    }

    // MARK: MP4: boxes, big endian

    private static func turned(_ bytes: [UInt8]) -> [UInt8] {
        var result = bytes
        for name in find("tkhd", in: bytes) where name + 88 <= bytes.count && bytes[name + 4] == 0 {
            // Behind the name: version and flags, times, id, duration, layer, volume; then the matrix and the size (16.16).
            let matrix = name + 4 + 40
            let height = Array(bytes[matrix + 40..<matrix + 44])
            guard height != [0, 0, 0, 0] else { continue }
            let turn: [[UInt8]] = [
                [0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0],
                [0xFF, 0xFF, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0],
                height, [0, 0, 0, 0], [0x40, 0, 0, 0],
            ]
            result.replaceSubrange(matrix..<matrix + 36, with: turn.joined())
        }
        return result
    }

    private static func find(_ text: String, in bytes: [UInt8]) -> [Int] { find(Array(text.utf8), in: bytes) }

    private static func find(_ pattern: [UInt8], in bytes: [UInt8]) -> [Int] {
        guard bytes.count >= pattern.count, let first = pattern.first else { return [] }
        return (0...bytes.count - pattern.count).filter { place in
            bytes[place] == first && bytes[place..<place + pattern.count].elementsEqual(pattern)
        }
    }
}
