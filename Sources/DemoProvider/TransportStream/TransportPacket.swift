/// Reads and rewrites the fields of one 188-byte MPEG-TS packet that lies inside a larger array (ISO/IEC 13818-1 §2.4.3).
///
/// A value is only a place: the array is passed to each call, so that nothing is copied.
struct TransportPacket {
    static let size = 188
    static let sync: UInt8 = 0x47

    /// Index of the packet's first byte.
    let start: Int

    func hasSync(_ bytes: [UInt8]) -> Bool { bytes[start] == Self.sync }
    func pid(_ bytes: [UInt8]) -> UInt16 { UInt16(bytes[start + 1] & 0x1F) << 8 | UInt16(bytes[start + 2]) }
    func startsUnit(_ bytes: [UInt8]) -> Bool { bytes[start + 1] & 0x40 != 0 }
    func hasPayload(_ bytes: [UInt8]) -> Bool { bytes[start + 3] & 0x10 != 0 }
    private func hasAdaptation(_ bytes: [UInt8]) -> Bool { bytes[start + 3] & 0x20 != 0 }

    private func adaptationFlags(_ bytes: [UInt8]) -> UInt8 {
        hasAdaptation(bytes) && bytes[start + 4] > 0 ? bytes[start + 5] : 0
    }

    func isRandomAccess(_ bytes: [UInt8]) -> Bool { adaptationFlags(bytes) & 0x40 != 0 }
    func hasClock(_ bytes: [UInt8]) -> Bool { adaptationFlags(bytes) & 0x10 != 0 && bytes[start + 4] >= 7 }

    /// Index of the first payload byte; the packet's end if there is none.
    func payload(_ bytes: [UInt8]) -> Int {
        guard hasPayload(bytes) else { return start + Self.size }
        return min(start + Self.size, start + 4 + (hasAdaptation(bytes) ? 1 + Int(bytes[start + 4]) : 0))
    }

    /// The program clock in 27 MHz ticks; ask `hasClock` first.
    func clock(_ bytes: [UInt8]) -> Int64 {
        let at = start + 6
        let high = Int64(bytes[at]) << 25 | Int64(bytes[at + 1]) << 17 | Int64(bytes[at + 2]) << 9
        let base = high | Int64(bytes[at + 3]) << 1 | Int64(bytes[at + 4]) >> 7
        return base * 300 + (Int64(bytes[at + 4] & 1) << 8 | Int64(bytes[at + 5]))
    }

    func setClock(_ value: Int64, in bytes: inout [UInt8]) {
        let base = value / 300
        let fine = value % 300
        let at = start + 6
        bytes[at] = UInt8(truncatingIfNeeded: base >> 25)
        bytes[at + 1] = UInt8(truncatingIfNeeded: base >> 17)
        bytes[at + 2] = UInt8(truncatingIfNeeded: base >> 9)
        bytes[at + 3] = UInt8(truncatingIfNeeded: base >> 1)
        bytes[at + 4] = UInt8(truncatingIfNeeded: base & 1) << 7 | 0x7E | UInt8(truncatingIfNeeded: fine >> 8)
        bytes[at + 5] = UInt8(truncatingIfNeeded: fine)
    }

    func continuity(_ bytes: [UInt8]) -> UInt8 { bytes[start + 3] & 0x0F }

    func setContinuity(_ value: UInt8, in bytes: inout [UInt8]) {
        bytes[start + 3] = bytes[start + 3] & 0xF0 | value & 0x0F
    }

    /// Where the PES header that begins in this packet keeps its PTS (and DTS behind it), if it has one.
    func timestamps(_ bytes: [UInt8]) -> (pts: Int, hasDTS: Bool)? {
        let at = payload(bytes)
        guard startsUnit(bytes), at + 14 <= start + Self.size, bytes[at] == 0, bytes[at + 1] == 0, bytes[at + 2] == 1,
            Self.hasOptionalHeader(bytes[at + 3]), bytes[at + 7] & 0x80 != 0
        else { return nil }
        let hasDTS = bytes[at + 7] & 0x40 != 0
        guard !hasDTS || at + 19 <= start + Self.size else { return nil }
        return (at + 9, hasDTS)
    }

    /// Stream ids whose PES packets carry flags and timestamps (table 2-21).
    private static func hasOptionalHeader(_ streamID: UInt8) -> Bool {
        ![0xBC, 0xBE, 0xBF, 0xF0, 0xF1, 0xF2, 0xF8, 0xFF].contains(streamID)
    }

    /// A 33-bit timestamp in the five-byte form of PES headers, 90 kHz.
    static func timestamp(_ bytes: [UInt8], at: Int) -> Int64 {
        let high = Int64(bytes[at] >> 1 & 7) << 30
        let middle = (Int64(bytes[at + 1]) << 8 | Int64(bytes[at + 2])) >> 1
        let low = (Int64(bytes[at + 3]) << 8 | Int64(bytes[at + 4])) >> 1
        return high | middle << 15 | low
    }

    static func setTimestamp(_ value: Int64, in bytes: inout [UInt8], at: Int) {
        bytes[at] = bytes[at] & 0xF1 | UInt8(truncatingIfNeeded: value >> 29) & 0x0E
        bytes[at + 1] = UInt8(truncatingIfNeeded: value >> 22)
        bytes[at + 2] = UInt8(truncatingIfNeeded: value >> 14) | 1
        bytes[at + 3] = UInt8(truncatingIfNeeded: value >> 7)
        bytes[at + 4] = UInt8(truncatingIfNeeded: value << 1) | 1
    }
}
