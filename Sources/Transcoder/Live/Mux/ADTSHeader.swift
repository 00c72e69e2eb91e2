/// The 7 bytes before each AAC frame in MPEG-TS (ISO/IEC 14496-3 §1.A.2.2): LC, no checksum, one frame per header.
struct ADTSHeader: Sendable {
    static let byteCount = 7
    /// The field for the frame's length has 13 bits and counts the header.
    static let largestFrame = 0x1FFF - byteCount
    static let sampleRates = [
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
    ]

    private let rateIndex: Int
    private let channelConfiguration: Int

    init(_ audio: TSProgram.Audio) {
        guard let index = Self.sampleRates.firstIndex(of: audio.sampleRate) else {
            preconditionFailure("not an AAC sample rate")
        }
        precondition((1...6).contains(audio.channels) || audio.channels == 8, "not an AAC channel configuration")
        rateIndex = index
        channelConfiguration = audio.channels == 8 ? 7 : audio.channels
    }

    /// The header of a frame with this many bytes of raw AAC.
    func append(to bytes: inout [UInt8], frameBytes: Int) {
        precondition(frameBytes <= Self.largestFrame, "AAC frame too large for ADTS")
        let length = frameBytes + Self.byteCount
        bytes.append(0xFF)
        bytes.append(0xF1)  // MPEG-4, no checksum
        bytes.append(UInt8(1 << 6 | rateIndex << 2 | channelConfiguration >> 2))  // 1: LC
        bytes.append(UInt8((channelConfiguration & 3) << 6 | length >> 11))
        bytes.append(UInt8(truncatingIfNeeded: length >> 3))
        bytes.append(UInt8((length & 7) << 5 | 0x1F))  // buffer fullness: variable rate
        bytes.append(0xFC)
    }
}
