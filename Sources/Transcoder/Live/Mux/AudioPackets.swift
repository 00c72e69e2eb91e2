/// Gathers AAC frames into PES packets of 250 to 400 ms.
///
/// One packet a frame would cost a whole transport packet more each time: 141 kb/s on the wire for 64 kb/s of sound
/// (MEDIA.md §1.5). Longer packets would make a player wait for the first of them.
struct AudioPackets: Sendable {
    private static let longest: Int64 = 36_000
    /// Up to here a packet may have more bytes than a decoder's buffer: no sound is so rich that it has to.
    private static let longestOfAnySize: Int64 = 23_400  // 12 frames at 48 kHz are 256 ms = 23 040 ticks
    /// A decoder's buffer for sound (ISO/IEC 13818-1 §2.4.2.3).
    private static let decoderBuffer = 3584
    /// With the clock, which may stay away for 100 ms: silence does not fill the transport packets for another one.
    private static let longestWithClock: Int64 = 9_000
    /// Six transport packets: enough places for the clock in a quarter of a second.
    private static let leastBytesWithClock = 6 * 184
    /// The PES length field has 16 bits and counts some header.
    private static let mostBytes = 65_000
    private static let frameSamples: Int64 = 1024

    private let header: ADTSHeader
    private let sampleRate: Int64

    init(_ audio: TSProgram.Audio) {
        header = ADTSHeader(audio)
        sampleRate = Int64(audio.sampleRate)
    }

    /// - Parameter clockDelay: Given for an audio-only program, whose packets carry the clock too, so much behind.
    func packets(of frames: [AccessUnit], clockDelay: Int64?) -> [PESPacket] {
        groups(of: frames).flatMap { clockDelay == nil ? [$0] : clocked($0) }.map { group in
            var payload: [UInt8] = []
            payload.reserveCapacity(group.reduce(0) { $0 + $1.data.count + ADTSHeader.byteCount })
            for frame in group {
                header.append(to: &payload, frameBytes: frame.data.count)
                payload += frame.data
            }
            var packet = PESPacket.audio(payload, pts: group[group.startIndex].pts)
            packet.clock = clockDelay.map { .init(start: packet.dts - $0, span: ticks(ofFrames: group.count)) }
            return packet
        }
    }

    /// The division that fills its transport packets best: no PES packet begins within one, so what its last one has left
    /// is lost, half of one on average where nobody looks.
    ///
    /// The fewest transport packets from each frame to the end are known from the end on; of equal ones the longest group is
    /// taken, so that there is no stub.
    private func groups(of frames: [AccessUnit]) -> [ArraySlice<AccessUnit>] {
        let most = max(1, Int(Self.longest / ticks(ofFrames: 1)))
        var fewest = [Int](repeating: 0, count: frames.count + 1)
        var length = [Int](repeating: 1, count: frames.count)
        for start in frames.indices.reversed() {
            var bytes = 0
            fewest[start] = .max
            for end in start..<min(start + most, frames.count) {
                bytes += frames[end].data.count + ADTSHeader.byteCount
                let isShort = ticks(ofFrames: end + 1 - start) <= Self.longestOfAnySize
                guard end == start || bytes <= (isShort ? Self.mostBytes : Self.decoderBuffer) else { break }
                let packets = TSPacketWriter.packets(ofBytes: PESPacket.audioHeaderBytes + bytes) + fewest[end + 1]
                if packets <= fewest[start] { (fewest[start], length[start]) = (packets, end + 1 - start) }
            }
        }
        var groups: [ArraySlice<AccessUnit>] = []
        while let start = groups.last.map(\.endIndex) ?? frames.indices.first, start < frames.count {
            groups.append(frames[start..<(start + length[start])])
        }
        return groups
    }

    /// How many transport packets sound of this rate takes in a segment of this length, seldom more: libavcodec's AAC keeps
    /// to its rate within 1.5 % from segment to segment.
    /// - Parameters:
    ///   - bitRate: bits per second.
    ///   - ticks: of 1/90000 s.
    static func usualPackets(_ audio: TSProgram.Audio, bitRate: Int, ticks: Int64) -> Int {
        let frames = (ticks * Int64(audio.sampleRate) + 90_000 * frameSamples - 1) / (90_000 * frameSamples)
        let payload = Int64(bitRate) * frameSamples / Int64(audio.sampleRate) / 8 + Int64(ADTSHeader.byteCount)
        let groups = ticks / longest + 1
        // Of a well filled group's last packet a sixth is lost.
        let lost = Int64(PESPacket.audioHeaderBytes + TSPacketWriter.bodyBytes / 6)
        let bytes = frames * payload * 1015 / 1000 + groups * lost
        return Int(bytes) / TSPacketWriter.bodyBytes + 2
    }

    /// A quiet group fills too few transport packets to carry the clock every 100 ms: it goes in shorter ones.
    private func clocked(_ group: ArraySlice<AccessUnit>) -> [ArraySlice<AccessUnit>] {
        let bytes = group.reduce(0) { $0 + $1.data.count + ADTSHeader.byteCount }
        guard bytes < Self.leastBytesWithClock else { return [group] }
        let most = max(1, Int(Self.longestWithClock / ticks(ofFrames: 1)))
        let count = (group.count + most - 1) / most
        return (0..<count).map { part in
            let start = group.startIndex + part * group.count / count
            let end = group.startIndex + (part + 1) * group.count / count
            return group[start..<end]
        }
    }

    private func ticks(ofFrames count: Int) -> Int64 { Int64(count) * Self.frameSamples * 90_000 / sampleRate }
}
