/// Gathers AAC frames into PES packets of about 250 ms.
///
/// One packet a frame would cost a whole transport packet more each time: 141 kb/s on the wire for 64 kb/s of sound
/// (MEDIA.md §1.5). Longer packets would make a player wait for the first of them.
struct AudioPackets: Sendable {
    private static let longest: Int64 = 23_400  // 12 frames at 48 kHz are 256 ms = 23 040 ticks
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

    /// Groups of nearly equal length, so that the last one of a segment is not a stub.
    private func groups(of frames: [AccessUnit]) -> [ArraySlice<AccessUnit>] {
        guard !frames.isEmpty else { return [] }
        let largest = (frames.map(\.data.count).max() ?? 0) + ADTSHeader.byteCount
        let most = max(1, min(Int(Self.longest / ticks(ofFrames: 1)), Self.mostBytes / largest))
        let count = (frames.count + most - 1) / most
        return (0..<count).map { frames[($0 * frames.count / count)..<(($0 + 1) * frames.count / count)] }
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
