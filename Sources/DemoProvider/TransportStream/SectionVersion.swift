/// Gives a PSI section another version number, so that receivers read a changed program map again.
enum SectionVersion {
    static func set(_ version: UInt8, packet: TransportPacket, in bytes: inout [UInt8]) {
        guard packet.startsUnit(bytes), let section = Section(packet, bytes), section.isWhole else { return }
        bytes[section.start + 5] = bytes[section.start + 5] & 0xC1 | (version & 0x1F) << 1
        let sum = checksum(bytes, section.start..<section.end)
        for byte in 0..<4 {
            bytes[section.end + byte] = UInt8(truncatingIfNeeded: sum >> UInt32(24 - 8 * byte))
        }
    }

    /// CRC-32/MPEG-2 (ISO/IEC 13818-1 annex A). Bit by bit: it runs once per section of a spliced file.
    static func checksum(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
        var sum: UInt32 = 0xFFFF_FFFF
        for index in range {
            sum ^= UInt32(bytes[index]) << 24
            for _ in 0..<8 { sum = sum & 0x8000_0000 != 0 ? sum << 1 ^ 0x04C1_1DB7 : sum << 1 }
        }
        return sum
    }
}
