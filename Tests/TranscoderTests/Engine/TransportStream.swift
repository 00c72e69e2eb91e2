/// Damage for transport streams, done to their bytes as a provider would.
struct TransportStream {
    var bytes: [UInt8]
    static let packet = 188
    private static let wrap: Int64 = 1 << 33

    var packetCount: Int { bytes.count / Self.packet }

    /// Adds ticks to all timestamps and clocks from a packet on.
    func shifted(by ticks: Int64, fromPacket first: Int = 0) -> TransportStream {
        var result = self
        for start in stride(from: first * Self.packet, to: bytes.count - Self.packet + 1, by: Self.packet) {
            result.shiftClock(start, ticks)
            result.shiftPES(start, ticks)
        }
        return result
    }

    /// Replaces packets by noise, in place.
    func damaged(fromPacket first: Int, count: Int) -> TransportStream {
        var result = self
        var noise: UInt32 = 12_345
        for index in (first * Self.packet)..<((first + count) * Self.packet) {
            noise = noise &* 1_664_525 &+ 1_013_904_223
            result.bytes[index] = UInt8(noise >> 24)
        }
        return result
    }

    func without(fromPacket first: Int, count: Int) -> TransportStream {
        TransportStream(bytes: Array(bytes[..<(first * Self.packet)] + bytes[((first + count) * Self.packet)...]))
    }

    /// The packet number at a part of the stream, 0…1, at which a picture begins.
    func pictureStart(after part: Double) -> Int {
        let first = Int(part * Double(packetCount))
        return (first..<packetCount).first { isPictureStart($0 * Self.packet) } ?? first
    }

    private func payload(_ start: Int) -> Int? {
        let control = bytes[start + 3] >> 4 & 3
        guard control & 1 != 0 else { return nil }
        return control == 3 ? start + 5 + Int(bytes[start + 4]) : start + 4
    }

    private func isPESStart(_ start: Int) -> Int? {
        guard bytes[start] == 0x47, bytes[start + 1] & 0x40 != 0, let at = payload(start) else { return nil }
        guard at + 19 <= start + Self.packet, bytes[at] == 0, bytes[at + 1] == 0, bytes[at + 2] == 1 else { return nil }
        return at
    }

    private func isPictureStart(_ start: Int) -> Bool {
        isPESStart(start).map { bytes[$0 + 3] & 0xF0 == 0xE0 } ?? false
    }

    private mutating func shiftClock(_ start: Int, _ ticks: Int64) {
        guard bytes[start + 3] & 0x20 != 0, bytes[start + 4] > 6, bytes[start + 5] & 0x10 != 0 else { return }
        let at = start + 6
        var base = bytes[at..<(at + 4)].reduce(Int64(0)) { $0 << 8 | Int64($1) } << 1 | Int64(bytes[at + 4] >> 7)
        base = (base + ticks) & (Self.wrap - 1)
        for index in 0..<4 { bytes[at + index] = UInt8(truncatingIfNeeded: base >> (25 - 8 * Int64(index))) }
        bytes[at + 4] = bytes[at + 4] & 0x7F | UInt8(base & 1) << 7
    }

    private mutating func shiftPES(_ start: Int, _ ticks: Int64) {
        guard let at = isPESStart(start), bytes[at + 6] & 0xC0 == 0x80 else { return }
        if bytes[at + 7] & 0x80 != 0 { shiftTime(at + 9, ticks) }
        if bytes[at + 7] & 0x40 != 0 { shiftTime(at + 14, ticks) }
    }

    private mutating func shiftTime(_ at: Int, _ ticks: Int64) {
        let high = Int64(bytes[at] >> 1 & 7) << 30
        let middle = Int64(bytes[at + 1]) << 22 | Int64(bytes[at + 2] >> 1) << 15
        let time = (high | middle | Int64(bytes[at + 3]) << 7 | Int64(bytes[at + 4] >> 1)) &+ ticks
        let cut = time & (Self.wrap - 1)
        bytes[at] = bytes[at] & 0xF1 | UInt8(truncatingIfNeeded: cut >> 29) & 0x0E
        bytes[at + 1] = UInt8(truncatingIfNeeded: cut >> 22)
        bytes[at + 2] = UInt8(truncatingIfNeeded: cut >> 14) | 1
        bytes[at + 3] = UInt8(truncatingIfNeeded: cut >> 7)
        bytes[at + 4] = UInt8(truncatingIfNeeded: cut << 1) | 1
    }
}
