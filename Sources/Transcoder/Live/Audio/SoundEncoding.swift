import Media

/// One track in one AAC bitrate, over one run: blocks in, access units by segment out. Engine thread.
struct SoundEncoding {
    private let encoder: AudioEncoder
    private let key: PieceKey
    private let run: OutputRun
    private let grid: SegmentGrid
    private let audioGrid: AudioGrid
    private var units: [AccessUnit] = []
    private var segment: Int64 = 0
    private var lastPacket: Int64

    init(track: Int, bitrate: Int, run: OutputRun, format: LiveFormat) throws {
        encoder = try AudioEncoder(sampleRate: Int(format.sampleRate), bitRate: bitrate, framing: .raw)
        key = .sound(track: track, bitrate: bitrate)
        self.run = run
        grid = format.grid
        audioGrid = format.audioGrid
        lastPacket = audioGrid.packets(of: 0, in: grid).upperBound - 1
    }

    /// Blocks are numbered from 0 in each run.
    mutating func encode(_ block: StereoSamples, index: Int64, _ deliver: (SegmentPiece) -> Void) throws {
        for packet in try encoder.encode(block, index: index) { add(packet, deliver) }
    }

    /// The last packets; what of them begins at or after output frame `end` is left out.
    mutating func finish(atFrame end: Int64, _ deliver: (SegmentPiece) -> Void) throws {
        let rate = grid.frameRate
        let past = roundedUp(
            (end - run.firstFrame) * rate.denominator * audioGrid.sampleRate, rate.numerator * AudioGrid.packetSamples)
        for packet in try encoder.flush() where packet.pts < past { add(packet, deliver) }
        let pastTicks = audioGrid.ticks(ofPacket: past)
        units.removeAll { $0.pts >= pastTicks }
        if !units.isEmpty { complete(deliver) }
    }

    private mutating func add(_ packet: EncodedPacket, _ deliver: (SegmentPiece) -> Void) {
        // Priming: it is heard before the line begins.
        guard packet.pts >= 0 else { return }
        units.append(AccessUnit(audio: packet.data, pts: audioGrid.ticks(ofPacket: packet.pts)))
        if packet.pts == lastPacket { complete(deliver) }
    }

    private mutating func complete(_ deliver: (SegmentPiece) -> Void) {
        deliver(SegmentPiece(sequence: run.firstSequence + segment, key: key, units: units))
        units = []
        segment += 1
        lastPacket = audioGrid.packets(of: segment, in: grid).upperBound - 1
    }
}
