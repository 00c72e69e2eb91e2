/// The header of a PES packet (ISO/IEC 13818-1 §2.4.3.6), read from the packet's first bytes.
struct PESHeader {
    let streamID: UInt8
    /// 33 bits, as written.
    let pts: Int64
    let dts: Int64
    /// Where the payload begins.
    let byteCount: Int
    /// Of the whole packet; nil if it is unbounded.
    let packetBytes: Int?

    /// Why it could not be read.
    struct Broken: Error { let reason: String }

    init(_ bytes: [UInt8]) throws(Broken) {
        guard bytes.count >= 9, bytes.starts(with: [0, 0, 1]) else { throw Broken(reason: "no start code") }
        streamID = bytes[3]
        let length = Int(bytes[4]) << 8 | Int(bytes[5])
        guard length > 0 || streamID & 0xF0 == 0xE0 else { throw Broken(reason: "length 0 is for video only") }
        packetBytes = length == 0 ? nil : length + 6
        byteCount = 9 + Int(bytes[8])
        guard bytes[6] & 0xC0 == 0x80, byteCount <= bytes.count else { throw Broken(reason: "broken header") }
        switch bytes[7] >> 6 {
        case 2:
            pts = try Self.time(bytes, at: 9, mark: 2)
            dts = pts
        case 3:
            pts = try Self.time(bytes, at: 9, mark: 3)
            dts = try Self.time(bytes, at: 14, mark: 1)
        default: throw Broken(reason: "no time stamp")
        }
    }

    private static func time(_ bytes: [UInt8], at: Int, mark: UInt8) throws(Broken) -> Int64 {
        guard bytes.count >= at + 5, bytes[at] >> 4 == mark, bytes[at] & bytes[at + 2] & bytes[at + 4] & 1 == 1 else {
            throw Broken(reason: "broken time stamp")
        }
        let high = Int64(bytes[at] >> 1 & 7) << 30
        let middle = Int64(bytes[at + 1]) << 22 | Int64(bytes[at + 2] >> 1) << 15
        return high | middle | Int64(bytes[at + 3]) << 7 | Int64(bytes[at + 4] >> 1)
    }
}
