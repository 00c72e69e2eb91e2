import Contracts

/// Decides at each boundary what the next segment is: its number, times, renditions and discontinuities. Pure.
struct SegmentPlanner: Sendable {
    private let format: LiveFormat
    private let grid: SegmentGrid
    private let audioGrid: AudioGrid
    /// Ticks after which a run ends.
    private let resetAfter: Int64
    /// Unix milliseconds of output frame 0.
    private let programStart: Int64

    private(set) var run: OutputRun
    /// The run that follows at the end of the segment planned last, if one does.
    private(set) var nextRun: OutputRun?
    /// How each rendition was made last: in which segment, and by which rendition's encoder.
    private var history: [String: (sequence: Int64, maker: String)] = [:]

    init(start: LiveStart, format: LiveFormat, resetAfter: Duration, programStart: Int64) {
        self.format = format
        grid = format.grid
        audioGrid = format.audioGrid
        self.resetAfter = resetAfter.nanoseconds / 100_000 * 9
        self.programStart = programStart
        run = OutputRun(
            firstFrame: 0, firstSequence: start.sequence,
            discontinuitySequence: start.discontinuitySequence + (start.continues ? 1 : 0),
            isDiscontinuous: start.continues)
    }

    /// Whether a segment begins with this output frame.
    func isBoundary(_ frame: Int64) -> Bool { nextRun?.firstFrame == frame || grid.isBoundary(frame - run.firstFrame) }

    /// The segment that begins with output frame `frame`, which is a boundary. To be called once for each, in order.
    mutating func plan(_ frame: Int64, _ choice: SegmentChoice) -> SegmentPlan {
        if let next = nextRun, next.firstFrame == frame {
            run = next
            nextRun = nil
        }
        let segment = grid.segment(containing: frame - run.firstFrame)
        let sequence = run.firstSequence + segment
        let isFirst = segment == 0 && run.isDiscontinuous
        let (encoded, substitutes) = choice.renditions(of: format.rungs.map(\.name))
        // One mark for all renditions: their discontinuity sequences must stay equal (RFC 8216 6.2.4).
        let changesMaker = note(encoded, substitutes, sequence)
        if changesMaker, !isFirst { run.discontinuitySequence += 1 }
        planReset(after: segment)
        return SegmentPlan(
            sequence: sequence, start: grid.start(of: segment), duration: grid.duration(of: segment),
            programDate: programStart + rounded(FrameLine.ticks(ofFrame: frame, rate: grid.frameRate), 90),
            discontinuity: isFirst || changesMaker, discontinuitySequence: run.discontinuitySequence,
            encoded: Dictionary(uniqueKeysWithValues: encoded.map { ($0, soundKey(in: $0)) }), audio: audio,
            substitutes: substitutes)
    }

    /// Ticks from the segment's start to output frame `end`, which lies in it.
    func duration(of sequence: Int64, endingAt end: Int64) -> Int64 {
        grid.ticks(ofFrame: end - run.firstFrame) - grid.start(of: sequence - run.firstSequence)
    }

    /// The sequence number of the segment that the frame before `end` is in.
    func lastSequence(before end: Int64) -> Int64 {
        run.firstSequence + grid.segment(containing: end - 1 - run.firstFrame)
    }

    private mutating func planReset(after segment: Int64) {
        let end = grid.firstFrame(of: segment + 1)
        guard FrameLine.ticks(ofFrame: end, rate: grid.frameRate) >= resetAfter else { return }
        nextRun = OutputRun(
            firstFrame: run.firstFrame + end, firstSequence: run.firstSequence + segment + 1,
            discontinuitySequence: run.discontinuitySequence + 1, isDiscontinuous: true)
    }

    /// Remembers who makes what, and says whether a rendition goes on with another one's encoder: it is shed, or comes back.
    /// One that was not made for a while has nothing before it in its playlist to break with.
    private mutating func note(_ encoded: [String], _ substitutes: [String: String], _ sequence: Int64) -> Bool {
        var changes = false
        for (name, maker) in encoded.map({ ($0, $0) }) + Array(substitutes) {
            if let last = history[name], last.sequence == sequence - 1, last.maker != maker { changes = true }
            history[name] = (sequence, maker)
        }
        return changes
    }

    private func soundKey(in name: String) -> PieceKey? {
        guard !format.hasAudioGroup, let rung = format.rungs.first(where: { $0.name == name }) else { return nil }
        return .sound(track: 0, bitrate: rung.rendition.audioBitrate)
    }

    private var audio: [String: PieceKey] {
        guard format.hasAudioGroup, let bitrate = format.audioBitrates.first else { return [:] }
        return Dictionary(
            uniqueKeysWithValues: format.tracks.enumerated().map {
                ($0.element.name, .sound(track: $0.offset, bitrate: bitrate))
            })
    }
}
