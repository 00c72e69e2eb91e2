/// MPEG-TS segments for HLS, made of access units (RFC 8216 §3.2, ISO/IEC 13818-1).
///
/// Each segment begins with exactly one program association and one program map, and has no other overhead than packet
/// headers, clock and the filling of each picture's last packet. Continuity counters run on from segment to segment, as
/// players demand (MEDIA.md §1.5), so a muxer serves one rendition for one epoch. No state but these counters: a segment's
/// length and everything else in it depend on that segment's units alone.
public struct TSMuxer: SegmentMuxer {
    /// How far the clock runs behind decode time: what a player may buffer. libavformat's default too.
    static let clockDelay: Int64 = 63_000

    public let program: TSProgram
    private let tables: ProgramTables
    private let audioPackets: AudioPackets?
    private var associationCounter: UInt8 = 0
    private var mapCounter: UInt8 = 0
    private var videoCounter: UInt8 = 0
    private var audioCounter: UInt8 = 0

    public init(program: TSProgram) {
        self.program = program
        tables = ProgramTables(program)
        audioPackets = program.audio.map(AudioPackets.init)
    }

    /// See `SegmentMuxer`. Units of a kind that the program does not have are left out.
    ///
    /// With `discontinuity` the first packet of each stream carries the discontinuity indicator, as a new epoch must.
    public mutating func segment(video: [AccessUnit], audio: [AccessUnit], discontinuity: Bool) -> [UInt8] {
        var packets = merged(videoPackets(video), soundPackets(audio))
        if discontinuity { markFirst(&packets) }
        return write(packets, spread: [:])
    }

    /// The segment of this number in a line of segments of which each is made for itself, by whomever (DESIGN §5.3).
    ///
    /// Its bytes depend on these units and the number alone, and yet continuity counters run on from segment to segment: a
    /// stream's counters begin at 0 and its packets are a multiple of 16, to which end one of them is spread over up to 15
    /// transport packets more. The tables have one packet each, which counts with the number.
    public static func segment(number: Int, video: [AccessUnit], audio: [AccessUnit], program: TSProgram) -> [UInt8] {
        var muxer = TSMuxer(program: program)
        muxer.associationCounter = UInt8(truncatingIfNeeded: number & 0x0F)
        muxer.mapCounter = muxer.associationCounter
        let packets = muxer.merged(muxer.videoPackets(video), muxer.soundPackets(audio))
        var spread: [Int: Int] = [:]
        for pid in [TSProgram.videoPID, TSProgram.audioPID] {
            let own = packets.indices.filter { packets[$0].pid == pid }
            guard let largest = own.max(by: { packets[$0].byteCount < packets[$1].byteCount }) else { continue }
            let total = own.reduce(0) { $0 + TSPacketWriter.packets(of: packets[$1]) }
            spread[largest] = TSPacketWriter.packets(of: packets[largest]) + (-total & 0x0F)
        }
        return muxer.write(packets, spread: spread)
    }

    /// - Parameter spread: packets by index that go into so many transport packets instead of as few as can be.
    private mutating func write(_ packets: [PESPacket], spread: [Int: Int]) -> [UInt8] {
        let most = packets.reduce(2 + 16 * spread.count) {
            $0 + TSPacketWriter.packetsNeeded(forBytes: $1.byteCount)
        }
        return [UInt8](unsafeUninitializedCapacity: most * TSPacketWriter.packetBytes) { memory, count in
            var writer = TSPacketWriter(memory)
            writer.write(table: tables.association, pid: 0, counter: &associationCounter)
            writer.write(table: tables.map, pid: TSProgram.mapPID, counter: &mapCounter)
            for (index, packet) in packets.enumerated() {
                if packet.pid == TSProgram.videoPID {
                    writer.write(packet, packets: spread[index], counter: &videoCounter)
                } else {
                    writer.write(packet, packets: spread[index], counter: &audioCounter)
                }
            }
            count = writer.count
        }
    }

    /// One packet a picture. The clock goes with the first one and then as seldom as the standard allows.
    private func videoPackets(_ units: [AccessUnit]) -> [PESPacket] {
        guard program.video else { return [] }
        var lastClock: Int64?
        return units.indices.map { index in
            var packet = PESPacket.video(units[index])
            if lastClock.map({ nextTime(after: index, in: units) - $0 > TSPacketWriter.longestClockGap }) ?? true {
                packet.clock = .init(start: packet.dts - Self.clockDelay)
                lastClock = packet.dts
            }
            return packet
        }
    }

    /// Decode time of the next picture; for the last one, as far away as the one before.
    private func nextTime(after index: Int, in units: [AccessUnit]) -> Int64 {
        if index + 1 < units.count { return units[index + 1].dts }
        return index > 0 ? 2 * units[index].dts - units[index - 1].dts : units[index].dts
    }

    private func soundPackets(_ frames: [AccessUnit]) -> [PESPacket] {
        guard let audioPackets else { return [] }
        var packets = audioPackets.packets(of: frames, clockDelay: program.video ? nil : Self.clockDelay)
        if !program.video && !packets.isEmpty { packets[0].isRandomAccess = true }
        return packets
    }

    /// By decode time; a picture before sound of the same time, so that a segment begins with the picture and its clock.
    private func merged(_ video: [PESPacket], _ audio: [PESPacket]) -> [PESPacket] {
        var result: [PESPacket] = []
        result.reserveCapacity(video.count + audio.count)
        var sound = audio[...]
        for picture in video {
            while let next = sound.first, next.dts < picture.dts { result.append(sound.removeFirst()) }
            result.append(picture)
        }
        return result + sound
    }

    private func markFirst(_ packets: inout [PESPacket]) {
        for pid in [TSProgram.videoPID, TSProgram.audioPID] {
            if let index = packets.firstIndex(where: { $0.pid == pid }) { packets[index].isDiscontinuity = true }
        }
    }
}
