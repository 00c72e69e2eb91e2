/// What a sequence parameter set says of the picture (ITU-T H.264 §7.3.2.1.1).
struct SequenceParameters: Hashable {
    /// RFC 6381: `avc1.64001f`.
    let codec: String
    let width: Int
    let height: Int

    /// - Parameter nal: With its header byte. nil if it ends too early.
    init?(_ nal: [UInt8]) {
        guard nal.count > 4 else { return nil }
        codec = "avc1." + nal[1...3].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        var bits = BitReader(Self.withoutEmulation(nal[4...]))
        _ = bits.exponential()  // identifier
        var chroma = 1
        if [100, 110, 122, 244, 44, 83, 86, 118, 128].contains(nal[1]) {
            chroma = bits.exponential()
            if chroma == 3 { bits.skip(1) }
            _ = bits.exponential()
            _ = bits.exponential()
            bits.skip(1)
            guard bits.take(1) == 0 else { return nil }  // scaling lists: x264 writes none
        }
        _ = bits.exponential()  // frame number
        let orderType = bits.exponential()
        if orderType == 0 { _ = bits.exponential() }
        guard orderType != 1 else { return nil }
        _ = bits.exponential()  // reference frames
        bits.skip(1)
        let columns = bits.exponential() + 1
        let rows = bits.exponential() + 1
        let framesOnly = bits.take(1)
        if framesOnly == 0 { bits.skip(1) }
        bits.skip(1)
        var crop = [0, 0, 0, 0]
        if bits.take(1) == 1 { for index in 0..<4 { crop[index] = bits.exponential() } }
        guard !bits.isExhausted else { return nil }
        let fields = 2 - framesOnly
        width = columns * 16 - (crop[0] + crop[1]) * (chroma == 3 || chroma == 0 ? 1 : 2)
        height = rows * 16 * fields - (crop[2] + crop[3]) * (chroma == 1 ? 2 : 1) * fields
    }

    private static func withoutEmulation(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        for byte in bytes {
            if byte == 3, result.suffix(2).elementsEqual([0, 0]) { continue }
            result.append(byte)
        }
        return result
    }
}

private struct BitReader {
    private let bytes: [UInt8]
    private var position = 0
    private(set) var isExhausted = false

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func skip(_ count: Int) { for _ in 0..<count { _ = take(1) } }

    mutating func take(_ count: Int) -> Int {
        var value = 0
        for _ in 0..<count {
            guard position < bytes.count * 8 else {
                isExhausted = true
                return 0
            }
            value = value << 1 | Int(bytes[position / 8] >> UInt8(7 - position % 8) & 1)
            position += 1
        }
        return value
    }

    /// ue(v).
    mutating func exponential() -> Int {
        var zeros = 0
        while take(1) == 0 && !isExhausted && zeros < 31 { zeros += 1 }
        return (1 << zeros) - 1 + take(zeros)
    }
}
