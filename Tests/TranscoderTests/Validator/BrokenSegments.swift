/// Ways to break a good MPEG-TS segment.
enum BrokenSegments {
    static let video = 0x100
    static let audio = 0x101

    static func packets(_ segment: [UInt8]) -> [[UInt8]] {
        stride(from: 0, to: segment.count, by: 188).map { Array(segment[$0..<($0 + 188)]) }
    }

    static func pid(_ packet: [UInt8]) -> Int { Int(packet[1] & 0x1F) << 8 | Int(packet[2]) }

    /// Where a packet's payload begins.
    static func payload(_ packet: [UInt8]) -> Int { packet[3] & 0x20 == 0 ? 4 : 5 + Int(packet[4]) }

    static func without(packet index: Int, _ segment: [UInt8]) -> [UInt8] {
        var all = packets(segment)
        all.remove(at: index)
        return Array(all.joined())
    }

    /// Counters of one stream move by one from a packet on.
    static func withSkippedCounter(_ segment: [UInt8], pid wanted: Int, from first: Int = 0) -> [UInt8] {
        Array(
            packets(segment).enumerated().map { index, packet in
                guard index >= first, pid(packet) == wanted else { return packet }
                var packet = packet
                packet[3] = packet[3] & 0xF0 | (packet[3] + 1) & 0x0F
                return packet
            }.joined())
    }

    /// PTS and DTS of the units of one stream move, all of them or the first so many.
    static func shifted(_ segment: [UInt8], pid wanted: Int, by ticks: Int64, units: Int = .max) -> [UInt8] {
        var left = units
        return Array(
            packets(segment).map { packet in
                guard pid(packet) == wanted, packet[1] & 0x40 != 0, left > 0 else { return packet }
                left -= 1
                var packet = packet
                let header = payload(packet)
                move(&packet, at: header + 9, by: ticks)
                if packet[header + 7] & 0x40 != 0 { move(&packet, at: header + 14, by: ticks) }
                return packet
            }.joined())
    }

    /// The clock values move.
    static func withClockShifted(_ segment: [UInt8], by ticks: Int64) -> [UInt8] {
        Array(
            packets(segment).map { packet in
                guard packet[3] & 0x20 != 0, packet[4] >= 7, packet[5] & 0x10 != 0 else { return packet }
                var packet = packet
                var base = packet[6...9].reduce(Int64(0)) { $0 << 8 | Int64($1) } << 1 | Int64(packet[10] >> 7)
                base += ticks
                for index in 0..<4 { packet[6 + index] = UInt8(truncatingIfNeeded: base >> Int64(25 - 8 * index)) }
                packet[10] = packet[10] & 0x7F | UInt8(base & 1) << 7
                return packet
            }.joined())
    }

    /// The clock's flag goes; its bytes become filling.
    static func withoutClock(_ segment: [UInt8], every: Int) -> [UInt8] {
        var count = 0
        return Array(
            packets(segment).map { packet in
                guard packet[3] & 0x20 != 0, packet[4] >= 7, packet[5] & 0x10 != 0 else { return packet }
                count += 1
                guard count % every == 0 else { return packet }
                var packet = packet
                packet[5] &= ~0x10
                for index in 6..<12 { packet[index] = 0xFF }
                return packet
            }.joined())
    }

    /// The first IDR slice is called something else.
    static func withoutIDR(_ segment: [UInt8], as type: UInt8 = 0x61) -> [UInt8] {
        var bytes = segment
        for index in bytes.indices.dropLast(4)
        where bytes[index...].starts(with: [0, 0, 1]) && bytes[index + 3] & 0x1F == 5 {
            bytes[index + 3] = type
            break
        }
        return bytes
    }

    private static func move(_ packet: inout [UInt8], at: Int, by ticks: Int64) {
        let bytes = packet[at..<(at + 5)].map(Int64.init)
        let value =
            ((bytes[0] >> 1 & 7) << 30 | bytes[1] << 22 | (bytes[2] >> 1) << 15 | bytes[3] << 7 | bytes[4] >> 1) + ticks
        packet[at] = packet[at] & 0xF1 | UInt8(value >> 30 & 7) << 1
        packet[at + 1] = UInt8(value >> 22 & 0xFF)
        packet[at + 2] = UInt8(value >> 15 & 0x7F) << 1 | 1
        packet[at + 3] = UInt8(value >> 7 & 0xFF)
        packet[at + 4] = UInt8(value & 0x7F) << 1 | 1
    }
}
