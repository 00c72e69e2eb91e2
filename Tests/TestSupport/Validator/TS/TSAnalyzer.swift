/// A demuxer that believes nothing: reads the segments of one rendition in order and tells every rule of MPEG-TS and of
/// HLS' use of it that is broken. It shares no code with the product.
///
/// Keeps counters, clock and wrap state from one segment to the next; a discontinuity forgets them.
public struct TSAnalyzer {
    /// 100 ms of 27 MHz (ISO/IEC 13818-1 §2.7.2).
    private static let longestClockGap: Int64 = 2_700_000
    /// Decode time may be at most this far ahead of the clock (§2.4.2.6 for H.264: 10 s).
    private static let longestDelay: Int64 = 900_000
    /// A unit may come at most this long after one that is decoded later: what a player must buffer.
    private static let worstInterleaving: Int64 = 45_000

    public private(set) var violations = Violations()
    private var counters: [Int: Int] = [:]
    private var map: TSTables.Map?
    private var lastClock: Int64?
    private var latestDTS: Int64?
    private var unwrapper = TimeUnwrapper()
    private var parameterSets: [[UInt8]] = []

    // Of the segment being read.
    private var contents = TSContents()
    private var mapPID: Int?
    private var mapsSeen = 0
    private var associationsSeen = 0
    private var open: [Int: OpenUnit] = [:]

    /// A PES packet that is being put together.
    private struct OpenUnit {
        let header: PESHeader
        let pts: Int64
        let dts: Int64
        var bytes: [UInt8] = []
    }

    public init() {}

    /// - Parameter discontinuity: The playlist says DISCONTINUITY before it: counters, clock and times may start anew.
    public mutating func analyse(_ segment: [UInt8], at place: String, discontinuity: Bool) -> TSContents {
        if discontinuity { forget() }
        violations.place = place
        (contents, mapPID, mapsSeen, associationsSeen, open) = (TSContents(), nil, 0, 0, [:])
        if segment.isEmpty || segment.count % TSPacket.size != 0 {
            violations.add("ts.size", "\(segment.count) bytes are no whole number of packets")
        }
        segment.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: bytes.count - TSPacket.size + 1, by: TSPacket.size) {
                read(
                    UnsafeRawBufferPointer(rebasing: bytes[start..<(start + TSPacket.size)]),
                    index: start / TSPacket.size)
            }
        }
        for pid in open.keys.sorted() { finishUnit(pid) }
        violations.expect(
            associationsSeen == 1 && mapsSeen == 1, "ts.tables",
            "\(associationsSeen) PAT and \(mapsSeen) PMT instead of one each")
        return contents
    }

    private mutating func forget() {
        (counters, map, lastClock, latestDTS, parameterSets) = ([:], nil, nil, nil, [])
        unwrapper = TimeUnwrapper()
    }

    // MARK: Packets

    private mutating func read(_ bytes: UnsafeRawBufferPointer, index: Int) {
        contents.packetCount += 1
        guard let packet = TSPacket(bytes) else {
            return violations.expect(false, "ts.packet", "packet \(index) is broken")
        }
        violations.expect(
            !packet.isDamaged && !packet.isScrambled, "ts.packet", "packet \(index) is marked damaged or scrambled")
        // The first two packets are PAT and PMT (RFC 8216 §3.2).
        if index == 0 { violations.expect(packet.pid == 0, "ts.tables", "the first packet is no PAT") }
        if index == 1 { violations.expect(packet.pid == mapPID, "ts.tables", "the second packet is no PMT") }
        count(packet, index: index)
        if let clock = packet.clock { read(clock: clock, pid: packet.pid) }
        guard !packet.payload.isEmpty else { return }
        let payload = UnsafeRawBufferPointer(rebasing: bytes[packet.payload])
        if packet.pid == 0 {
            readAssociation(Array(payload))
        } else if packet.pid == mapPID {
            readMap(Array(payload))
        } else if map?.streams.contains(where: { $0.pid == packet.pid }) == true {
            if packet.startsUnit {
                finishUnit(packet.pid)
                startUnit(packet.pid, Array(payload))
            }
            violations.expect(
                open[packet.pid] != nil, "pes.start", "packet \(index) goes on with a unit that has not begun")
            open[packet.pid]?.bytes.append(contentsOf: payload)
        } else {
            violations.expect(false, "ts.pid", "packet \(index) has the unknown PID \(packet.pid)")
        }
    }

    private mutating func count(_ packet: TSPacket, index: Int) {
        guard packet.pid != 0x1FFF else { return }
        let carries = packet.payload.isEmpty ? 0 : 1
        if let last = counters[packet.pid], !packet.hasDiscontinuity {
            let expected = (last + carries) & 15
            violations.expect(
                packet.counter == expected, "cc",
                "PID \(packet.pid), packet \(index): counter \(packet.counter) instead of \(expected)")
        }
        counters[packet.pid] = packet.counter
    }

    private mutating func read(clock: Int64, pid: Int) {
        violations.expect(pid == map?.clockPID, "pcr.pid", "clock on PID \(pid)")
        let value = unwrapper.unwrap(clock / 300) * 300 + clock % 300
        if let lastClock {
            violations.expect(value > lastClock, "pcr.order", "clock goes from \(lastClock) to \(value)")
            violations.expect(
                value - lastClock <= Self.longestClockGap, "pcr.gap", "\((value - lastClock) / 27_000) ms without clock"
            )
        }
        lastClock = value
        contents.clocks.append(value / 300)
    }

    // MARK: Tables

    private mutating func readAssociation(_ payload: [UInt8]) {
        associationsSeen += 1
        let (maps, error) = TSTables.association(payload)
        violations.expect(error == nil, "pat", error ?? "")
        violations.expect(maps.count == 1 || error != nil, "pat", "\(maps.count) programs")
        mapPID = maps.first
    }

    private mutating func readMap(_ payload: [UInt8]) {
        mapsSeen += 1
        let (map, error) = TSTables.map(payload)
        guard let map else { return violations.expect(false, "pmt", error ?? "") }
        violations.expect(self.map == nil || self.map == map, "pmt", "the program changed without discontinuity")
        violations.expect(
            map.streams.contains { $0.pid == map.clockPID }, "pmt", "clock PID \(map.clockPID) is no stream")
        violations.expect(
            map.streams.allSatisfy { $0.type == 0x1B || $0.type == 0x0F }, "pmt",
            "a stream that is neither H.264 nor AAC")
        self.map = map
        contents.hasVideo = map.streams.contains { $0.type == 0x1B }
        contents.hasAudio = map.streams.contains { $0.type == 0x0F }
        contents.language = map.streams.first { $0.type == 0x0F }?.language
    }

    // MARK: Units

    private mutating func startUnit(_ pid: Int, _ bytes: [UInt8]) {
        let header: PESHeader
        do { header = try PESHeader(bytes) } catch {
            return violations.expect(false, "pes", "PID \(pid): \(error.reason)")
        }
        let dts = unwrapper.unwrap(header.dts)
        let unit = OpenUnit(
            header: header, pts: dts + TimeUnwrapper.distance(from: header.dts, to: header.pts), dts: dts)
        violations.expect(unit.pts >= dts, "pes.time", "PTS \(unit.pts) before DTS \(dts)")
        if let lastClock {
            violations.expect(
                lastClock <= dts * 300, "pcr.late", "clock \(lastClock / 300) is past DTS \(dts) on PID \(pid)")
            violations.expect(
                dts - lastClock / 300 <= Self.longestDelay, "pcr.delay",
                "DTS \(dts) is far ahead of clock \(lastClock / 300)")
        }
        violations.expect(
            (latestDTS ?? dts) - dts <= Self.worstInterleaving, "ts.interleaving",
            "PID \(pid): DTS \(dts) comes after \(latestDTS ?? dts)")
        latestDTS = max(latestDTS ?? dts, dts)
        open[pid] = unit
    }

    private mutating func finishUnit(_ pid: Int) {
        guard let unit = open.removeValue(forKey: pid), let stream = map?.streams.first(where: { $0.pid == pid }) else {
            return
        }
        let length = unit.header.packetBytes ?? unit.bytes.count
        violations.expect(
            length == unit.bytes.count, "pes", "PID \(pid): \(unit.bytes.count) bytes instead of \(length)")
        let payload = Array(unit.bytes[unit.header.byteCount...])
        if stream.type == 0x1B {
            readPicture(payload, pts: unit.pts, dts: unit.dts)
        } else {
            readSound(payload, pts: unit.pts)
        }
    }

    private mutating func readPicture(_ payload: [UInt8], pts: Int64, dts: Int64) {
        let unit = H264Unit(payload)
        violations.expect(unit.types.first == 9, "h264.aud", "unit at \(pts) does not begin with a delimiter")
        violations.expect(
            unit.types.filter { $0 == 9 }.count == 1 && unit.pictures == 1, "h264.picture",
            "\(unit.pictures) pictures in the unit at \(pts)")
        if let sps = unit.sequenceParameters { readParameters(sps, unit.pictureParameters) }
        contents.pictures.append(.init(pts: pts, dts: dts, nalTypes: unit.types, byteCount: payload.count))
    }

    private mutating func readParameters(_ sps: [UInt8], _ pps: [UInt8]?) {
        let sets = [sps, pps ?? []]
        violations.expect(
            parameterSets.isEmpty || parameterSets == sets, "h264.parameters",
            "SPS or PPS changed without discontinuity")
        parameterSets = sets
        guard let parameters = SequenceParameters(sps) else {
            return violations.expect(false, "h264.parameters", "unreadable SPS")
        }
        contents.videoCodec = parameters.codec
        (contents.width, contents.height) = (parameters.width, parameters.height)
    }

    private mutating func readSound(_ payload: [UInt8], pts: Int64) {
        guard let frames = ADTSFrame.all(in: payload), let first = frames.first else {
            return violations.expect(false, "adts", "the packet at \(pts) is not whole AAC-LC frames")
        }
        violations.expect(
            frames.allSatisfy { $0.sampleRate == first.sampleRate && $0.channels == first.channels }, "adts",
            "format changes at \(pts)")
        contents.sounds.append(
            .init(
                pts: pts, frameCount: frames.count, sampleRate: first.sampleRate, channels: first.channels,
                byteCount: frames.reduce(0) { $0 + $1.byteCount }))
    }
}

/// Undoes the wrap of 33-bit times: each value is taken as near to the one before as can be.
struct TimeUnwrapper {
    private static let period: Int64 = 1 << 33
    private var last: Int64?

    mutating func unwrap(_ raw: Int64) -> Int64 {
        let value = last.map { $0 + Self.distance(from: $0, to: raw) } ?? raw
        last = value
        return value
    }

    /// The shorter way round, −2³² to 2³².
    static func distance(from: Int64, to: Int64) -> Int64 {
        let forward = (to - from) & (period - 1)
        return forward > period / 2 ? forward - period : forward
    }
}
