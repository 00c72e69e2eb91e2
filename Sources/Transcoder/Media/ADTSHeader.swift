/// The header before each AAC-LC stereo packet in MPEG-TS (ISO/IEC 13818-7 §6.2), without a checksum.
enum ADTSHeader {
    /// Bytes.
    static let size = 7
    /// Samples per second, in the order of the standard's index.
    static let rates = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000]

    /// - Parameter payload: bytes of the packet that follows.
    static func bytes(payload: Int, sampleRate: Int) -> [UInt8] {
        let rate = UInt8(rates.firstIndex(of: sampleRate) ?? 3)
        let length = payload + size
        let channels: UInt8 = 2
        return [
            0xFF, 0xF1,  // Sync word, MPEG-4, no checksum.
            0x40 | rate << 2,  // AAC-LC. The high bit of the channels is 0.
            channels << 6 | UInt8(truncatingIfNeeded: length >> 11) & 0x03,
            UInt8(truncatingIfNeeded: length >> 3),
            UInt8(truncatingIfNeeded: length << 5) | 0x1F,
            0xFC,  // Buffer fullness "variable", one block.
        ]
    }
}
