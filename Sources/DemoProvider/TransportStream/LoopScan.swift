/// Reads a TS file once and works out when each packet is due and how long a round lasts. Used by `LoopPlan` only.
struct LoopScan {
    private let file: [UInt8]
    private(set) var program = ProgramTable()
    private(set) var packets: [LoopPlan.Packet] = []
    private(set) var length: Int64 = 0
    private(set) var frameDuration: Int64 = 0
    private(set) var origin: Int64 = 0
    private(set) var payloadCounts: [UInt16: Int] = [:]

    /// Presentation times of each PID's units, unwrapped, with the packet that starts the unit.
    private var units: [UInt16: [(time: Int64, packet: Int)]] = [:]
    private var clocks: [(time: Int64, packet: Int)] = []

    init(_ file: [UInt8]) throws(TransportStreamError) {
        self.file = file
        guard let first = Self.findSync(file) else { throw .notTransportStream }
        var start = first
        while start + TransportPacket.size <= file.count {
            let packet = TransportPacket(start: start)
            if packet.hasSync(file) { take(packet) }
            start += TransportPacket.size
        }
        guard program.isComplete else { throw .noProgram }
        guard clocks.count >= 2 else { throw .noClock }
    }

    mutating func settle() throws(TransportStreamError) {
        origin = clocks[0].time / 300
        try measure()
        let firstKept = clocks[0].packet
        try pace()
        packets = keep(dropping: overlappingSound(), from: firstKept)
        number()
    }

    private static func findSync(_ file: [UInt8]) -> Int? {
        let size = TransportPacket.size
        guard file.count >= 3 * size else { return nil }
        return (0..<size).first { at in
            stride(from: at, to: min(file.count, at + 3 * size), by: size).allSatisfy {
                file[$0] == TransportPacket.sync
            }
        }
    }

    private mutating func take(_ packet: TransportPacket) {
        let pid = packet.pid(file)
        guard pid != 0x1FFF else { return }
        if !program.isComplete { program.read(packet, file) }
        var marks: LoopPlan.Marks = []
        if packet.hasPayload(file) { marks.insert(.payload) }
        if packet.startsUnit(file) { marks.insert(.unitStart) }
        if packet.hasClock(file) {
            marks.insert(.clock)
            if pid == program.clockPID { addClock(packet) }
        }
        if pid == program.video?.pid, isEntry(packet) { marks.insert(.randomAccess) }
        var timestampAt = 0
        if program.isComplete, pid != program.mapPID, let stamps = packet.timestamps(file) {
            timestampAt = stamps.pts - packet.start
            if stamps.hasDTS { marks.insert(.decodeTime) }
            addUnit(pid, at: stamps.pts)
        }
        packets.append(
            LoopPlan.Packet(
                start: Int32(packet.start), time: 0, pid: pid, timestampAt: UInt8(timestampAt), marks: marks))
    }

    private mutating func addClock(_ packet: TransportPacket) {
        let raw = packet.clock(file)
        let last = clocks.last?.time ?? raw
        let period = WrappingTime.period * 300
        clocks.append((raw + (last - raw + period / 2) / period * period, packets.count))
    }

    private mutating func addUnit(_ pid: UInt16, at place: Int) {
        let raw = TransportPacket.timestamp(file, at: place)
        let time = WrappingTime.unwrap(raw, near: units[pid]?.last?.time ?? clocks.first.map { $0.time / 300 } ?? raw)
        units[pid, default: []].append((time, packets.count))
    }

    /// A key frame: flagged, or its unit begins with a sequence header or parameter set.
    private func isEntry(_ packet: TransportPacket) -> Bool {
        guard packet.startsUnit(file) else { return false }
        if packet.isRandomAccess(file) { return true }
        let end = packet.start + TransportPacket.size
        var at = packet.payload(file)
        while at + 3 < end {
            if file[at] == 0, file[at + 1] == 0, file[at + 2] == 1 {
                let code = file[at + 3]
                switch program.video?.type {
                case 0x1B: if code & 0x1F == 7 || code & 0x1F == 5 { return true }
                case 0x24: if [32, 33, 19, 20].contains(code >> 1 & 0x3F) { return true }
                default: if code == 0xB3 { return true }
                }
            }
            at += 1
        }
        return false
    }

    /// The round's length: of the pictures, or of the sound if there are none.
    private mutating func measure() throws(TransportStreamError) {
        let leading = program.video?.pid ?? program.streams.first(where: \.isAudio)?.pid ?? program.streams.first?.pid
        let times = (leading.flatMap { units[$0] } ?? []).map(\.time)
        guard let first = times.min(), let last = times.max(), times.count >= 2, last - first >= 45000 else {
            throw .tooShort
        }
        guard last - first < 90000 * 86400 else { throw .broken }
        let count = Int64(times.count)
        frameDuration = (last - first) / (count - 1)
        length = ((last - first) * count + (count - 1) / 2) / (count - 1)
    }

    /// Gives each packet its time: on the line between the PCRs around it, the rest evenly up to the round's end.
    private mutating func pace() throws(TransportStreamError) {
        for (index, clock) in clocks.enumerated() {
            let from = clock.time / 300 - origin
            let isLast = index + 1 == clocks.count
            let until = isLast ? max(from, length) : clocks[index + 1].time / 300 - origin
            guard until >= from, until - from < 90000 * 60 else { throw .broken }
            let next = isLast ? packets.count : clocks[index + 1].packet
            for packet in clock.packet..<next {
                let time = from + (until - from) * Int64(packet - clock.packet) / Int64(max(1, next - clock.packet))
                packets[packet].time = Int32(clamping: min(time, length - 1))
            }
        }
    }

    /// The units of other PIDs that lie outside of the round, by the packet that starts each.
    private func overlappingSound() -> Set<Int> {
        guard let video = program.video?.pid, let start = units[video]?.map(\.time).min() else { return [] }
        var dropped: Set<Int> = []
        for (pid, list) in units where pid != video {
            guard let first = list.first, let last = list.last, list.count > 1 else { continue }
            let half = max(0, last.time - first.time) / Int64(list.count - 1) / 2
            for unit in list where unit.time < start - half || unit.time >= start + length - half {
                dropped.insert(unit.packet)
            }
        }
        return dropped
    }

    private func keep(dropping units: Set<Int>, from first: Int) -> [LoopPlan.Packet] {
        var dropping: Set<UInt16> = []
        return packets.indices.compactMap { index in
            let packet = packets[index]
            if packet.marks.contains(.unitStart) {
                if units.contains(index) { dropping.insert(packet.pid) } else { dropping.remove(packet.pid) }
            }
            let isEarly = index < first && packet.timestampAt > 0
            return dropping.contains(packet.pid) || isEarly ? nil : packet
        }
    }

    private mutating func number() {
        for index in packets.indices {
            let pid = packets[index].pid
            if packets[index].marks.contains(.payload) {
                packets[index].continuity = UInt8(payloadCounts[pid, default: 0] & 15)
                payloadCounts[pid, default: 0] += 1
            } else {
                packets[index].continuity = UInt8((payloadCounts[pid, default: 0] + 15) & 15)
            }
        }
    }
}
