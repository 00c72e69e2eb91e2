/// One PES packet on its way into transport packets (ISO/IEC 13818-1 §2.4.3.6): a picture, or about 250 ms of audio.
struct PESPacket {
    /// When the clock is to be written along with it.
    struct Clock {
        /// The clock at the packet's first byte, in ticks of 1/90000 s.
        let start: Int64
        /// How far it moves until the packet's last byte. 0: written once, at the start.
        var span: Int64 = 0
    }

    /// Of an audio packet: nine and its one time.
    static let audioHeaderBytes = 14

    let pid: UInt16
    /// PES header and what goes before the payload.
    let header: [UInt8]
    let payload: [UInt8]
    let dts: Int64
    var clock: Clock?
    var isRandomAccess = false
    var isDiscontinuity = false

    var byteCount: Int { header.count + payload.count }

    /// A picture. Its length field is 0 (unbounded), which is allowed for video only.
    static func video(_ unit: AccessUnit) -> PESPacket {
        var header = PESPacket.header(stream: 0xE0, pts: unit.pts, dts: unit.dts, payloadBytes: nil)
        // Each picture in MPEG-TS begins with an access unit delimiter (ISO/IEC 13818-1 §2.14.1).
        if !beginsWithDelimiter(unit.data) { header += [0, 0, 0, 1, 0x09, 0xF0] }
        return PESPacket(
            pid: TSProgram.videoPID, header: header, payload: unit.data, dts: unit.dts, isRandomAccess: unit.isKey)
    }

    /// Frames of audio with their ADTS headers; `pts` is the first one's.
    static func audio(_ payload: [UInt8], pts: Int64) -> PESPacket {
        PESPacket(
            pid: TSProgram.audioPID,
            header: header(stream: 0xC0, pts: pts, dts: pts, payloadBytes: payload.count), payload: payload, dts: pts)
    }

    private static func header(stream: UInt8, pts: Int64, dts: Int64, payloadBytes: Int?) -> [UInt8] {
        let hasDTS = dts != pts
        let timeBytes = hasDTS ? 10 : 5
        let length = payloadBytes.map { UInt16($0 + 3 + timeBytes) } ?? 0
        var bytes: [UInt8] = [0, 0, 1, stream, UInt8(length >> 8), UInt8(truncatingIfNeeded: length)]
        // Marker, data aligned (an access unit begins here); which times follow; their length.
        bytes += [0x84, hasDTS ? 0xC0 : 0x80, UInt8(timeBytes)]
        bytes += time(pts, mark: hasDTS ? 0x3 : 0x2)
        if hasDTS { bytes += time(dts, mark: 0x1) }
        return bytes
    }

    /// 33 bits in five bytes with their marker bits. Wrapping is a matter of masking.
    private static func time(_ ticks: Int64, mark: UInt8) -> [UInt8] {
        let t = UInt64(bitPattern: ticks)
        return [
            mark << 4 | UInt8(t >> 30 & 0x7) << 1 | 1,
            UInt8(t >> 22 & 0xFF), UInt8(t >> 15 & 0x7F) << 1 | 1,
            UInt8(t >> 7 & 0xFF), UInt8(t & 0x7F) << 1 | 1,
        ]
    }

    private static func beginsWithDelimiter(_ data: [UInt8]) -> Bool {
        let zeros = data.prefix(4).prefix { $0 == 0 }.count
        guard zeros == 2 || zeros == 3, data.count > zeros + 1, data[zeros] == 1 else { return false }
        return data[zeros + 1] & 0x1F == 9
    }
}
