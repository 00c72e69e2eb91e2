/// The checksum of MPEG-2 sections (ISO/IEC 13818-1 Annex A): polynomial 0x04C11DB7, most significant bit first,
/// all ones to start with, not inverted at the end.
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index) << 24) { value, _ in
            value & 0x8000_0000 == 0 ? value << 1 : (value << 1) ^ 0x04C1_1DB7
        }
    }

    static func mpeg2(_ bytes: some Sequence<UInt8>) -> UInt32 {
        bytes.reduce(0xFFFF_FFFF) { crc, byte in (crc << 8) ^ table[Int(UInt8(crc >> 24) ^ byte)] }
    }
}
