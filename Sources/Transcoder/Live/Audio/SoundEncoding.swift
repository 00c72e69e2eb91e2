import Media

/// One track in one AAC bitrate, over one run: blocks in, access units by segment out. Engine thread.
///
/// Where segments begin is told by `begin`; sound may have been encoded past that already, or not have got there yet.
struct SoundEncoding {
    private let encoder: AudioEncoder
    private let key: PieceKey
    private let run: OutputRun
    private let frameRate: FrameRate
    private let audioGrid: AudioGrid
    /// Of the segment `sequence` and, where sound is ahead, of later ones.
    private var units: [AccessUnit] = []
    private var sequence: Int64
    /// The segments after it that have begun, by their first packets.
    private var next: [(packet: Int64, sequence: Int64)] = []
    private var lastPacket: Int64 = -1

    init(track: Int, bitrate: Int, run: OutputRun, format: LiveFormat) throws {
        encoder = try AudioEncoder(sampleRate: Int(format.sampleRate), bitRate: bitrate, framing: .raw)
        key = .sound(track: track, bitrate: bitrate)
        self.run = run
        frameRate = format.frameRate
        audioGrid = format.audioGrid
        sequence = run.firstSequence
    }

    /// A segment of this run begins with output frame `frame`; to be called once for each, in order.
    mutating func begin(_ sequence: Int64, atFrame frame: Int64, _ deliver: (SegmentPiece) -> Void) {
        guard sequence > self.sequence else { return }
        next.append((firstPacket(notBefore: frame), sequence))
        deliverComplete(deliver)
    }

    /// Blocks are numbered from 0 in each run.
    mutating func encode(_ block: StereoSamples, index: Int64, _ deliver: (SegmentPiece) -> Void) throws {
        for packet in try encoder.encode(block, index: index) { add(packet) }
        deliverComplete(deliver)
    }

    /// The last packets; what of them begins at or after output frame `end` is left out.
    mutating func finish(atFrame end: Int64, _ deliver: (SegmentPiece) -> Void) throws {
        let past = firstPacket(notBefore: end)
        for packet in try encoder.flush() where packet.pts < past { add(packet) }
        deliverComplete(deliver)
        let limit = audioGrid.ticks(ofPacket: past)
        units.removeAll { $0.pts >= limit }
        if !units.isEmpty { deliver(SegmentPiece(sequence: sequence, key: key, units: units)) }
        units = []
    }

    private mutating func add(_ packet: EncodedPacket) {
        // Priming: it is heard before the line begins.
        guard packet.pts >= 0 else { return }
        units.append(AccessUnit(audio: packet.data, pts: audioGrid.ticks(ofPacket: packet.pts)))
        lastPacket = packet.pts
    }

    /// Gives out each segment whose end is known and whose last packet is there.
    private mutating func deliverComplete(_ deliver: (SegmentPiece) -> Void) {
        while let following = next.first, lastPacket >= following.packet - 1 {
            let limit = audioGrid.ticks(ofPacket: following.packet)
            let count = units.firstIndex { $0.pts >= limit } ?? units.count
            deliver(SegmentPiece(sequence: sequence, key: key, units: Array(units[..<count])))
            units.removeFirst(count)
            sequence = following.sequence
            next.removeFirst()
        }
    }

    private func firstPacket(notBefore frame: Int64) -> Int64 {
        audioGrid.firstPacket(notBefore: frame - run.firstFrame, rate: frameRate)
    }
}
