/// AAC packets of a source as raw frames, with what ADTS headers must say of them. Pure.
struct AACFrames: Sendable {
    private static let rates = [
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
    ]

    let sampleRate: Int
    let channels: Int

    /// - Parameters:
    ///   - extradata: AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1). Empty: packets have ADTS headers of their own.
    ///   - packet: the first one.
    /// Nil: not AAC as HLS players know it.
    init?(extradata: [UInt8], packet: [UInt8]) {
        let rate: Int
        let configuration: Int
        if extradata.count >= 2 {
            rate = Int(extradata[0] & 7) << 1 | Int(extradata[1] >> 7)
            configuration = Int(extradata[1] >> 3) & 15
        } else if Self.hasHeader(packet) {
            rate = Int(packet[2] >> 2) & 15
            configuration = Int(packet[2] & 1) << 2 | Int(packet[3] >> 6)
        } else {
            return nil
        }
        guard rate < Self.rates.count, (1...7).contains(configuration) else { return nil }
        sampleRate = Self.rates[rate]
        channels = configuration == 7 ? 8 : configuration
    }

    /// Without an ADTS header, if it has one.
    static func raw(_ packet: [UInt8]) -> [UInt8] {
        guard hasHeader(packet) else { return packet }
        return Array(packet.dropFirst(packet[1] & 1 == 1 ? 7 : 9))
    }

    private static func hasHeader(_ packet: [UInt8]) -> Bool {
        packet.count > 9 && packet[0] == 0xFF && packet[1] & 0xF6 == 0xF0
    }
}
