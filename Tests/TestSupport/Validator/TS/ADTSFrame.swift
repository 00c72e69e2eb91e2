/// One AAC frame in ADTS (ISO/IEC 14496-3 §1.A.2.2).
struct ADTSFrame: Hashable {
    let sampleRate: Int
    let channels: Int
    /// Without header.
    let byteCount: Int

    private static let rates = [
        96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350,
    ]

    /// All frames; nil if something else is between or after them.
    static func all(in bytes: [UInt8]) -> [ADTSFrame]? {
        var frames: [ADTSFrame] = []
        var at = 0
        while at < bytes.count {
            guard at + 7 <= bytes.count, bytes[at] == 0xFF, bytes[at + 1] & 0xF6 == 0xF0, bytes[at + 6] & 3 == 0 else {
                return nil
            }
            let header = bytes[at + 1] & 1 == 1 ? 7 : 9
            let rate = Int(bytes[at + 2] >> 2 & 0xF)
            let length = Int(bytes[at + 3] & 3) << 11 | Int(bytes[at + 4]) << 3 | Int(bytes[at + 5] >> 5)
            let isLowComplexity = bytes[at + 2] >> 6 == 1
            guard isLowComplexity, rate < rates.count, length >= header, at + length <= bytes.count else { return nil }
            let channels = Int(bytes[at + 2] & 1) << 2 | Int(bytes[at + 3] >> 6)
            frames.append(ADTSFrame(sampleRate: rates[rate], channels: channels, byteCount: length - header))
            at += length
        }
        return frames
    }
}
