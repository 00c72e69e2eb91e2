/// MPEG-TS segments for HLS, made of access units (RFC 8216 §3.2, ISO/IEC 13818-1).
///
/// Each segment begins with exactly one program association and one program map, and has no other overhead than packet
/// headers, clock and the filling of each picture's last packet. Continuity counters run on from segment to segment, as
/// players demand (MEDIA.md §1.5), so a muxer serves one rendition for one epoch. No state but these counters: a segment's
/// length and everything else in it depend on that segment's units alone.
public struct TSMuxer: SegmentMuxer {
    /// How far the clock runs behind decode time: what a player may buffer. libavformat's default too.
    static let clockDelay: Int64 = 63_000
    /// Bytes of one audio unit at most; larger ones are a mistake of the caller.
    public static let largestSound = ADTSHeader.largestFrame

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
    /// Its bytes depend on these units and the number alone, and yet continuity counters run on from segment to segment: each
    /// segment moves a stream's counter by the same amount modulo 16, to which end one of its packets is spread over up to 15
    /// transport packets more. The tables have one packet each, so they count with the number.
    /// - Parameters:
    ///   - soundPackets: how many transport packets the sound of all segments before this one takes, and of this one too, by a guess
    ///     that all who make segments share: a good one leaves little to spread. Empty: unknown.
    ///   - isLast: no segment follows, nothing is spread.
    public static func segment(
        number: Int, video: [AccessUnit], audio: [AccessUnit], program: TSProgram, soundPackets: Range<Int> = 0..<0,
        isLast: Bool = false
    ) -> [UInt8] {
        var muxer = TSMuxer(program: program)
        muxer.associationCounter = UInt8(truncatingIfNeeded: number & 0x0F)
        muxer.mapCounter = muxer.associationCounter
        muxer.audioCounter = UInt8(truncatingIfNeeded: soundPackets.lowerBound & 0x0F)
        let packets = muxer.merged(muxer.videoPackets(video), muxer.soundPackets(audio))
        guard !isLast else { return muxer.write(packets, spread: [:]) }
        var spread: [Int: Int] = [:]
        for (pid, step) in [(TSProgram.videoPID, 0), (TSProgram.audioPID, soundPackets.count)] {
            let own = packets.indices.filter { packets[$0].pid == pid }
            guard let largest = own.max(by: { packets[$0].byteCount < packets[$1].byteCount }) else { continue }
            let total = own.reduce(0) { $0 + TSPacketWriter.packets(of: packets[$1]) }
            spread[largest] = TSPacketWriter.packets(of: packets[largest]) + ((step - total) & 0x0F)
        }
        return muxer.write(packets, spread: spread)
    }

    /// A guess for `segment(number:…)`: what sound of this rate takes in so many ticks, seldom less.
    public static func usualSoundPackets(_ audio: TSProgram.Audio, bitRate: Int, ticks: Int64) -> Int {
        AudioPackets.usualPackets(audio, bitRate: bitRate, ticks: ticks)
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

    /// One packet a picture. The clock goes with the first one, and then where `ClockPlaces` finds room for it.
    private func videoPackets(_ units: [AccessUnit]) -> [PESPacket] {
        guard program.video else { return [] }
        var packets = units.map(PESPacket.video)
        for index in ClockPlaces.best(for: packets) {
            packets[index].clock = .init(start: packets[index].dts - Self.clockDelay)
        }
        return packets
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
