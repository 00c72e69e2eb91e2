/// Divides one PES packet into the bodies of transport packets: how many bytes go into each, and with which adaptation field.
struct PacketCutter {
    struct Piece {
        /// First byte, and number of bytes.
        let offset: Int
        let count: Int
        /// Of the adaptation field; 0 and no clock: there is one only for filling.
        let flags: UInt8
        let clock: Int64?
    }

    private let pes: PESPacket
    private var clock: ClockSchedule
    private var offset = 0

    init(_ pes: PESPacket) {
        self.pes = pes
        clock = ClockSchedule(pes.clock, packets: pes.byteCount / TSPacketWriter.bodyBytes + 1)
    }

    /// The next piece; nil when all is divided.
    /// - Parameter left: leave bytes for so many pieces, this one included, if there are as many.
    mutating func next(atLeast left: Int) -> Piece? {
        let rest = pes.byteCount - offset
        guard rest > 0 else { return nil }
        let ticks = clock.next()
        var flags: UInt8 = ticks == nil ? 0 : 0x10
        if offset == 0 && pes.isDiscontinuity { flags |= 0x80 }
        if offset == 0 && pes.isRandomAccess { flags |= 0x40 }
        let needed = flags == 0 ? 0 : ticks == nil ? 2 : TSPacketWriter.clockFieldBytes
        let count = min(TSPacketWriter.bodyBytes - needed, max(1, rest - max(0, left - 1)))
        defer { offset += count }
        return Piece(offset: offset, count: count, flags: flags, clock: ticks)
    }
}
