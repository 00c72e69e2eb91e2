/// A TS file prepared to be played round and round with timestamps that never repeat.
///
/// A pure value. Time inside one round is counted in 90 kHz ticks from the file's first PCR. The round's length is the
/// video's own duration (frames times frame duration), so that the cadence of pictures goes on over the seam; sound
/// packets that would overlap the next round's are left out. Where the sound's frames divide the length (all demo
/// media are made so), its cadence goes on exactly as well.
struct LoopPlan: Sendable {
    struct Packet: Sendable {
        /// Index of the first byte in `bytes`.
        let start: Int32
        /// When the packet is due, ticks after the round's start.
        var time: Int32
        let pid: UInt16
        /// Index of the PTS inside the packet, 0 for none.
        let timestampAt: UInt8
        let marks: Marks
        /// Continuity counter in the first round, counted anew because packets were left out.
        var continuity: UInt8 = 0
    }

    struct Marks: OptionSet, Sendable {
        let rawValue: UInt8
        static let clock = Marks(rawValue: 1)
        static let decodeTime = Marks(rawValue: 2)
        static let payload = Marks(rawValue: 4)
        static let randomAccess = Marks(rawValue: 8)
        static let unitStart = Marks(rawValue: 16)
    }

    private let bytes: [UInt8]
    let packets: [Packet]
    /// Duration of a round, 90 kHz.
    let length: Int64
    /// Mean duration of a picture (of a sound unit, if there are none), 90 kHz.
    let frameDuration: Int64
    /// Indices of packets with which a decoder can begin.
    let randomAccess: [Int]
    /// One PAT and one PMT, sent before a random access point.
    let tables: [Int]
    /// Packets with payload of each PID in one round.
    let payloadCounts: [UInt16: Int]
    /// The first PCR, 90 kHz.
    private let origin: Int64

    /// - Parameter tableVersion: version number written into PAT and PMT; `nil` leaves them alone.
    init(_ file: [UInt8], tableVersion: UInt8? = nil) throws(TransportStreamError) {
        var scan = try LoopScan(file)
        try scan.settle()
        var bytes = file
        if let tableVersion {
            for packet in scan.packets where packet.pid == 0 || packet.pid == scan.program.mapPID {
                SectionVersion.set(tableVersion, packet: TransportPacket(start: Int(packet.start)), in: &bytes)
            }
        }
        self.bytes = bytes
        packets = scan.packets
        length = scan.length
        frameDuration = scan.frameDuration
        origin = scan.origin
        payloadCounts = scan.payloadCounts
        randomAccess = packets.indices.filter { scan.packets[$0].marks.contains(.randomAccess) }
        tables = [0, scan.program.mapPID].compactMap { pid in
            scan.packets.firstIndex { $0.pid == pid && $0.marks.contains(.unitStart) }
        }
    }

    /// Index of the first packet due after `time` of a round, `packets.count` if none.
    func firstIndex(after time: Int64) -> Int {
        var low = 0
        var high = packets.count
        while low < high {
            let middle = (low + high) / 2
            if Int64(packets[middle].time) > time { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Appends a packet to `output`, its times moved so that the file's first PCR becomes `base` ticks.
    func append(_ index: Int, base: Int64, continuity: UInt8, to output: inout [UInt8]) {
        let packet = packets[index]
        let place = output.count
        output += bytes[Int(packet.start)..<Int(packet.start) + TransportPacket.size]
        let copy = TransportPacket(start: place)
        copy.setContinuity(continuity, in: &output)
        let shift = base - origin
        if packet.marks.contains(.clock) {
            copy.setClock(WrappingTime.wrapClock(copy.clock(output) + shift * 300), in: &output)
        }
        guard packet.timestampAt > 0 else { return }
        Self.move(&output, at: place + Int(packet.timestampAt), by: shift)
        if packet.marks.contains(.decodeTime) {
            Self.move(&output, at: place + Int(packet.timestampAt) + 5, by: shift)
        }
    }

    private static func move(_ bytes: inout [UInt8], at: Int, by shift: Int64) {
        let moved = WrappingTime.wrap(TransportPacket.timestamp(bytes, at: at) + shift)
        TransportPacket.setTimestamp(moved, in: &bytes, at: at)
    }
}
