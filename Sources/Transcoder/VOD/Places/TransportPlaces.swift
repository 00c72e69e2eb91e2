/// Pictures in MPEG-TS (ISO/IEC 13818-1 §2.4.3), by the decode time in the header that each begins with.
struct TransportPlaces: PlaceFinder {
    let reach = 2 << 20

    /// Of the picture.
    let packetID: Int

    private static let sync: UInt8 = 0x47
    private static let payload = 188
    /// Plain, behind a time of four bytes (Blu-ray), before sixteen of Reed-Solomon (DVB).
    private static let strides = [188, 192, 204]
    /// Packets in a row that must begin right.
    private static let proof = 5

    func place(in bytes: UnsafeRawBufferPointer) -> Sighting? {
        var at = 0
        while let (start, stride) = Self.aligned(bytes, from: at) {
            at = start
            while at + Self.payload <= bytes.count, bytes[at] == Self.sync {
                if let time = time(bytes, at) { return Sighting(offset: at, time: time, length: nil) }
                at += stride
            }
            at += 1
        }
        return nil
    }

    /// The first byte from which packets follow each other.
    private static func aligned(_ bytes: UnsafeRawBufferPointer, from start: Int) -> (Int, Int)? {
        var at = start
        while at + payload * proof <= bytes.count {
            if bytes[at] == sync {
                for stride in strides
                where (1..<proof).allSatisfy({ at + $0 * stride < bytes.count && bytes[at + $0 * stride] == sync }) {
                    return (at, stride)
                }
            }
            at += 1
        }
        return nil
    }

    /// The time in the packet at `at`, if a picture begins in it.
    private func time(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> Int64? {
        let begins = bytes[at + 1] & 0x40 != 0
        guard begins, Int(bytes[at + 1] & 0x1F) << 8 | Int(bytes[at + 2]) == packetID else { return nil }
        // Adaptation field, then payload.
        guard bytes[at + 3] & 0x10 != 0 else { return nil }
        let skipped = bytes[at + 3] & 0x20 != 0 ? 1 + Int(bytes[at + 4]) : 0
        let start = at + 4 + skipped
        guard start + 19 <= at + Self.payload else { return nil }
        return PictureHeader.time(UnsafeRawBufferPointer(rebasing: bytes[start..<at + Self.payload]))
    }
}

/// The header of a PES packet with pictures (ISO/IEC 13818-1 §2.4.3.6, ISO/IEC 11172-1 §2.4.3.3). Pure.
enum PictureHeader {
    /// When its first picture is decoded, or shown if it does not say, in ticks of 33 bits. Nil: no such header, or no time.
    static func time(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        guard bytes.count >= 19, bytes[0] == 0, bytes[1] == 0, bytes[2] == 1 else { return nil }
        if bytes[6] & 0xC0 == 0x80 {
            switch bytes[7] >> 6 {
            case 3: return stamp(bytes, 14)
            case 2: return stamp(bytes, 9)
            default: return nil
            }
        }
        // MPEG-1: stuffing, the size of a buffer, then the times.
        var at = 6
        while at < bytes.count - 10, bytes[at] == 0xFF { at += 1 }
        if bytes[at] & 0xC0 == 0x40 { at += 2 }
        guard at + 10 <= bytes.count else { return nil }
        switch bytes[at] >> 4 {
        case 2: return stamp(bytes, at)
        case 3: return stamp(bytes, at + 5)
        default: return nil
        }
    }

    private static func stamp(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> Int64? {
        // Marker bits, without which it is none.
        guard at + 5 <= bytes.count, bytes[at] & 1 == 1, bytes[at + 2] & 1 == 1, bytes[at + 4] & 1 == 1 else {
            return nil
        }
        let high = Int64(bytes[at] >> 1 & 7) << 30
        let middle = Int64(bytes[at + 1]) << 22 | Int64(bytes[at + 2] >> 1) << 15
        return high | middle | Int64(bytes[at + 3]) << 7 | Int64(bytes[at + 4] >> 1)
    }
}
