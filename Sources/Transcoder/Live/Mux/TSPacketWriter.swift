/// Cuts tables and PES packets into 188-byte transport packets (ISO/IEC 13818-1 §2.4.3).
///
/// Writes into memory that its maker lends for the duration of one closure; it must not outlive that. It never writes
/// past the end as long as `packetsNeeded` was obeyed, and traps otherwise.
struct TSPacketWriter {
    static let packetBytes = 188
    private static let headerBytes = 4
    static let bodyBytes = packetBytes - headerBytes
    /// Adaptation field with a clock in it: length, flags, six bytes.
    static let clockFieldBytes = 8
    /// The clock is written no later than this after the last time (ISO/IEC 13818-1 §2.7.2 allows 100 ms), in ticks.
    static let longestClockGap: Int64 = 9_000

    private let memory: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(_ memory: UnsafeMutableBufferPointer<UInt8>) { self.memory = memory }

    /// The most packets that a PES packet of this size can take, whatever its adaptation fields are.
    static func packetsNeeded(forBytes count: Int) -> Int { count / (bodyBytes - clockFieldBytes) + 2 }

    /// One table in one packet, filled up with 0xFF after it.
    mutating func write(table: [UInt8], pid: UInt16, counter: inout UInt8) {
        precondition(table.count <= Self.bodyBytes, "table too large for a packet")
        let packet = nextPacket()
        writeHeader(packet, pid: pid, starts: true, control: 0x10, counter: &counter)
        let body = UnsafeMutableRawBufferPointer(rebasing: packet[Self.headerBytes...])
        body.copyBytes(from: table)
        fill(body, from: table.count)
    }

    /// How many packets it takes without any adaptation field but for filling.
    static func packets(ofBytes count: Int) -> Int { (count + bodyBytes - 1) / bodyBytes }

    /// How many packets `write` makes of this PES packet.
    static func packets(of pes: PESPacket) -> Int {
        var cutter = PacketCutter(pes)
        var count = 0
        while cutter.next(atLeast: 1) != nil { count += 1 }
        return count
    }

    /// - Parameter packets: spread over so many, no fewer than `packets(of:)` and no more than it has bytes; nil: as few as
    ///   can be.
    mutating func write(_ pes: PESPacket, packets: Int? = nil, counter: inout UInt8) {
        pes.header.withUnsafeBytes { header in
            pes.payload.withUnsafeBytes { payload in
                write(pes, header: header, payload: payload, packets: packets ?? 1, counter: &counter)
            }
        }
    }

    private mutating func write(
        _ pes: PESPacket, header: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer, packets: Int,
        counter: inout UInt8
    ) {
        var cutter = PacketCutter(pes)
        var left = packets
        while let piece = cutter.next(atLeast: left) {
            left -= 1
            let field = Self.bodyBytes - piece.count
            let packet = nextPacket()
            writeHeader(
                packet, pid: pes.pid, starts: piece.offset == 0, control: field > 0 ? 0x30 : 0x10, counter: &counter)
            writeField(
                UnsafeMutableRawBufferPointer(rebasing: packet[Self.headerBytes..<(Self.headerBytes + field)]),
                flags: piece.flags, clock: piece.clock)
            let body = UnsafeMutableRawBufferPointer(rebasing: packet[(Self.headerBytes + field)...])
            copy(header: header, payload: payload, from: piece.offset, into: body)
        }
    }

    private mutating func nextPacket() -> UnsafeMutableRawBufferPointer {
        precondition(count + Self.packetBytes <= memory.count, "segment larger than computed")
        defer { count += Self.packetBytes }
        return UnsafeMutableRawBufferPointer(
            UnsafeMutableBufferPointer(rebasing: memory[count..<(count + Self.packetBytes)]))
    }

    private func writeHeader(
        _ packet: UnsafeMutableRawBufferPointer, pid: UInt16, starts: Bool, control: UInt8, counter: inout UInt8
    ) {
        packet[0] = 0x47
        packet[1] = (starts ? 0x40 : 0) | UInt8(pid >> 8)
        packet[2] = UInt8(truncatingIfNeeded: pid)
        packet[3] = control | counter
        counter = (counter + 1) & 0x0F
    }

    /// The adaptation field: what it says, and as much filling as it is longer.
    private func writeField(_ field: UnsafeMutableRawBufferPointer, flags: UInt8, clock: Int64?) {
        guard !field.isEmpty else { return }
        field[0] = UInt8(field.count - 1)
        guard field.count > 1 else { return }
        field[1] = flags
        if let clock {
            // 33 bits of 1/90000 s, six reserved ones, nine of the 27 MHz extension, which is always 0 here.
            let base = UInt64(bitPattern: clock) & 0x1_FFFF_FFFF
            field[2] = UInt8(base >> 25)
            field[3] = UInt8(base >> 17 & 0xFF)
            field[4] = UInt8(base >> 9 & 0xFF)
            field[5] = UInt8(base >> 1 & 0xFF)
            field[6] = UInt8(base & 1) << 7 | 0x7E
            field[7] = 0
        }
        fill(field, from: clock == nil ? 2 : Self.clockFieldBytes)
    }

    private func copy(
        header: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer, from offset: Int,
        into body: UnsafeMutableRawBufferPointer
    ) {
        var done = 0
        if offset < header.count {
            done = min(header.count - offset, body.count)
            body.copyMemory(from: UnsafeRawBufferPointer(rebasing: header[offset..<(offset + done)]))
        }
        guard done < body.count else { return }
        let start = offset + done - header.count
        UnsafeMutableRawBufferPointer(rebasing: body[done...])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: payload[start..<(start + body.count - done)]))
    }

    private func fill(_ bytes: UnsafeMutableRawBufferPointer, from start: Int) {
        guard start < bytes.count else { return }
        UnsafeMutableRawBufferPointer(rebasing: bytes[start...]).initializeMemory(as: UInt8.self, repeating: 0xFF)
    }
}
