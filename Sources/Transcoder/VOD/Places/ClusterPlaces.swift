/// Clusters of Matroska (RFC 9559 §5.1.3), by their identifier and the timestamp that each begins with.
struct ClusterPlaces: PlaceFinder {
    let reach = 16 << 20

    private static let cluster: [UInt8] = [0x1F, 0x43, 0xB6, 0x75]
    private static let timestamp: UInt8 = 0xE7
    /// May stand before the timestamp: CRC-32, Position, PrevSize, Void.
    private static let others: Set<UInt8> = [0xBF, 0xA7, 0xAB, 0xEC]

    func place(in bytes: UnsafeRawBufferPointer) -> Sighting? {
        var at = 0
        while at + 4 < bytes.count {
            guard bytes[at] == Self.cluster[0], bytes[at..<at + 4].elementsEqual(Self.cluster) else {
                at += 1
                continue
            }
            if let sighting = Self.header(bytes, at) { return sighting }
            at += 4
        }
        return nil
    }

    /// A cluster's identifier stands at `start`; among pictures those four bytes may be there by chance.
    private static func header(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Sighting? {
        guard let size = Number(bytes, start + 4) else { return nil }
        var at = size.end
        for _ in 0..<5 {
            guard at < bytes.count, let length = Number(bytes, at + 1), let count = length.value else { return nil }
            if bytes[at] == timestamp {
                guard (1...8).contains(count), length.end + Int(count) <= bytes.count else { return nil }
                let time = bytes[length.end..<length.end + Int(count)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                guard time < 1 << 62 else { return nil }
                let whole = size.value.flatMap { $0 < 1 << 40 ? Int64(size.end - start) + Int64($0) : nil }
                return Sighting(offset: start, time: Int64(time), length: whole)
            }
            guard others.contains(bytes[at]), count < 64 else { return nil }
            at = length.end + Int(count)
        }
        return nil
    }

    /// A length as EBML writes it (RFC 8794 §4): leading zeros count its bytes; all ones = unknown.
    private struct Number {
        let value: UInt64?
        let end: Int

        init?(_ bytes: UnsafeRawBufferPointer, _ at: Int) {
            guard at < bytes.count, bytes[at] != 0 else { return nil }
            let width = bytes[at].leadingZeroBitCount + 1
            guard at + width <= bytes.count else { return nil }
            let mask = (UInt64(1) << UInt64(7 * width)) - 1
            let number = bytes[at..<at + width].reduce(UInt64(0)) { $0 << 8 | UInt64($1) } & mask
            value = number == mask ? nil : number
            end = at + width
        }
    }
}
