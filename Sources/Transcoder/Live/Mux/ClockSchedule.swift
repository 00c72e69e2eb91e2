/// Which transport packets of a PES packet carry the clock, and with which value.
///
/// A picture carries it at its start or not at all. A long audio packet carries it repeatedly, at values spread evenly
/// over its packets, because in an audio-only program nothing else does.
struct ClockSchedule {
    private let clock: PESPacket.Clock?
    private let packets: Int64
    private var index: Int64 = 0
    private var last: Int64?

    init(_ clock: PESPacket.Clock?, packets: Int) {
        self.clock = clock
        self.packets = Int64(max(1, packets))
    }

    /// The clock for the next packet, if it is to carry one.
    mutating func next() -> Int64? {
        guard let clock else { return nil }
        defer { index += 1 }
        let value = clock.start + clock.span * min(index, packets) / packets
        let nextValue = clock.start + clock.span * min(index + 1, packets) / packets
        // Now, unless the packet after this one is still in time.
        guard let last else { return mark(value) }
        return value > last && nextValue - last > TSPacketWriter.longestClockGap ? mark(value) : nil
    }

    private mutating func mark(_ value: Int64) -> Int64 {
        last = value
        return value
    }
}
