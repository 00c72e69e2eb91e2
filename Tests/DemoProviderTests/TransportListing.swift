@testable import DemoProvider

/// What a test wants to know about a piece of transport stream.
struct TransportListing {
    var continuityErrors = 0
    var packets = 0
    var lostSync = 0
    /// PCRs in 90 kHz, and PTS and DTS (or PTS) of each PID's units, in stream order.
    var clocks: [Int64] = []
    var presentation: [UInt16: [Int64]] = [:]
    var decoding: [UInt16: [Int64]] = [:]
    var firstPIDs: [UInt16] = []
    var randomAccessFirst: Bool?
    private var counters: [UInt16: UInt8] = [:]
    private(set) var program = ProgramTable()

    init(_ bytes: [UInt8]) {
        var start = 0
        while start + TransportPacket.size <= bytes.count {
            let packet = TransportPacket(start: start)
            guard packet.hasSync(bytes) else {
                lostSync += 1
                start += 1
                continue
            }
            take(packet, bytes)
            start += TransportPacket.size
        }
    }

    var video: UInt16 { program.video?.pid ?? 0 }
    var audio: UInt16 { program.streams.first(where: \.isAudio)?.pid ?? 0 }

    private mutating func take(_ packet: TransportPacket, _ bytes: [UInt8]) {
        packets += 1
        program.read(packet, bytes)
        let pid = packet.pid(bytes)
        if firstPIDs.count < 3 { firstPIDs.append(pid) }
        if let last = counters[pid] {
            let expected = packet.hasPayload(bytes) ? (last + 1) & 15 : last
            if packet.continuity(bytes) != expected { continuityErrors += 1 }
        }
        counters[pid] = packet.continuity(bytes)
        if packet.hasClock(bytes) { clocks.append(packet.clock(bytes) / 300) }
        guard pid != 0, pid != program.mapPID, let place = packet.timestamps(bytes) else { return }
        if randomAccessFirst == nil, pid == program.video?.pid { randomAccessFirst = packet.isRandomAccess(bytes) }
        let shown = TransportPacket.timestamp(bytes, at: place.pts)
        presentation[pid, default: []].append(shown)
        decoding[pid, default: []].append(place.hasDTS ? TransportPacket.timestamp(bytes, at: place.pts + 5) : shown)
    }

    /// Differences between neighbours, each once, modulo 2^33.
    static func steps(_ times: [Int64]) -> Set<Int64> {
        Set(zip(times, times.dropFirst()).map { WrappingTime.unwrap($1 - $0, near: 0) })
    }
}
