/// The header of one 188-byte transport packet (ISO/IEC 13818-1 §2.4.3.2), with where its payload is.
struct TSPacket {
    static let size = 188

    let pid: Int
    let startsUnit: Bool
    let isDamaged: Bool
    let isScrambled: Bool
    let counter: Int
    let hasDiscontinuity: Bool
    let isRandomAccess: Bool
    /// In ticks of 27 MHz.
    let clock: Int64?
    /// From the packet's first byte; empty if it has none.
    let payload: Range<Int>

    /// - Parameter p: The packet's 188 bytes. nil if they break the packet syntax.
    init?(_ p: UnsafeRawBufferPointer) {
        guard p[0] == 0x47, p[3] & 0x30 != 0 else { return nil }
        isDamaged = p[1] & 0x80 != 0
        startsUnit = p[1] & 0x40 != 0
        pid = Int(p[1] & 0x1F) << 8 | Int(p[2])
        isScrambled = p[3] & 0xC0 != 0
        counter = Int(p[3] & 0x0F)
        let hasPayload = p[3] & 0x10 != 0
        var start = 4
        var flags: UInt8 = 0
        var clock: Int64?
        if p[3] & 0x20 != 0 {
            let length = Int(p[4])
            // With payload the field has 0...182 bytes after its length, without exactly 183.
            guard hasPayload ? length <= 182 : length == 183 else { return nil }
            start = 5 + length
            if length > 0 { flags = p[5] }
            if flags & 0x10 != 0 {
                guard length >= 7 else { return nil }
                let base =
                    Int64(p[6]) << 25 | Int64(p[7]) << 17 | Int64(p[8]) << 9 | Int64(p[9]) << 1 | Int64(p[10]) >> 7
                clock = base * 300 + (Int64(p[10] & 1) << 8 | Int64(p[11]))
            }
        }
        hasDiscontinuity = flags & 0x80 != 0
        isRandomAccess = flags & 0x40 != 0
        self.clock = clock
        payload = hasPayload ? start..<Self.size : Self.size..<Self.size
    }
}
