import Contracts

/// Decides at each boundary what the next segment is: its number, times, renditions and discontinuities. Pure.
///
/// Frames are output frames since the engine began.
struct SegmentPlanner: Sendable {
    /// The segment that is being made.
    private struct Current: Sendable {
        let sequence: Int64
        let first: Int64
        /// The frame after its last one.
        var end: Int64
        /// Renditions that it has.
        let offered: Set<String>
        /// Some of them the segment before did not have.
        let bringsNew: Bool
    }

    private let format: LiveFormat
    private let grid: SegmentGrid
    /// Ticks after which a run ends.
    private let resetAfter: Int64
    /// Unix milliseconds of output frame 0.
    private let programStart: Int64

    private(set) var run: OutputRun
    /// The run that follows at the end of the segment planned last, if one does.
    private(set) var nextRun: OutputRun?
    private var current: Current?
    /// How each rendition was made last: in which segment, and by which rendition's encoder.
    private var history: [String: (sequence: Int64, maker: String)] = [:]

    init(start: LiveStart, format: LiveFormat, resetAfter: Duration, programStart: Int64) {
        self.format = format
        grid = format.grid
        self.resetAfter = resetAfter.nanoseconds / 100_000 * 9
        self.programStart = programStart
        run = OutputRun(
            firstFrame: 0, firstSequence: start.sequence,
            discontinuitySequence: start.discontinuitySequence + (start.continues ? 1 : 0),
            isDiscontinuous: start.continues)
    }

    /// Whether a segment begins with this frame.
    func isBoundary(_ frame: Int64) -> Bool { frame == current?.end ?? 0 }

    /// Whether the segment under way should end before `frame`, earlier than planned: a rendition is wanted that it does not
    /// have, or it is the first that has one. So whoever waits for it gets it after one short segment at most, and one more.
    func cutsEarly(before frame: Int64, _ choice: SegmentChoice) -> Bool {
        guard let current, frame > current.first, frame < current.end, nextRun == nil,
            grid.isIDR(frame - run.firstFrame)
        else { return false }
        return current.bringsNew || !choice.offered(of: names).isSubset(of: current.offered)
    }

    /// The number and length in ticks of the segment under way if it ends before `frame`; nil if none is under way there.
    func ending(before frame: Int64) -> (sequence: Int64, duration: Int64)? {
        guard let current, frame > current.first, frame <= current.end else { return nil }
        return (current.sequence, duration(current.first, frame))
    }

    /// The segment that begins with `frame`: a boundary, or where the one before is cut early. To be called once for each,
    /// in order.
    mutating func plan(_ frame: Int64, _ choice: SegmentChoice) -> SegmentPlan {
        let sequence = current.map { $0.sequence + 1 } ?? run.firstSequence
        if let next = nextRun, next.firstFrame == frame {
            run = next
            nextRun = nil
        }
        let isFirst = frame == run.firstFrame && run.isDiscontinuous
        let (encoded, substitutes) = choice.renditions(of: names)
        // One mark for all renditions: their discontinuity sequences must stay equal (RFC 8216 6.2.4).
        let changesMaker = note(encoded, substitutes, sequence)
        if changesMaker, !isFirst { run.discontinuitySequence += 1 }
        let end = run.firstFrame + grid.end(ofSegmentFrom: frame - run.firstFrame)
        let offered = choice.offered(of: names)
        current = Current(
            sequence: sequence, first: frame, end: end, offered: offered,
            bringsNew: !offered.isSubset(of: current?.offered ?? []))
        planReset(at: end, after: sequence)
        return SegmentPlan(
            sequence: sequence, firstFrame: frame, start: grid.ticks(ofFrame: frame - run.firstFrame),
            duration: duration(frame, end),
            programDate: programStart + rounded(FrameLine.ticks(ofFrame: frame, rate: grid.frameRate), 90),
            discontinuity: isFirst || changesMaker, discontinuitySequence: run.discontinuitySequence,
            encoded: Dictionary(uniqueKeysWithValues: encoded.map { ($0, soundKey(in: $0)) }), audio: audio,
            substitutes: substitutes)
    }

    private var names: [String] { format.rungs.map(\.name) }

    /// Ticks from one frame of the run to another.
    private func duration(_ first: Int64, _ end: Int64) -> Int64 {
        grid.duration(of: (first - run.firstFrame)..<(end - run.firstFrame))
    }

    private mutating func planReset(at end: Int64, after sequence: Int64) {
        guard FrameLine.ticks(ofFrame: end - run.firstFrame, rate: grid.frameRate) >= resetAfter else { return }
        nextRun = OutputRun(
            firstFrame: end, firstSequence: sequence + 1, discontinuitySequence: run.discontinuitySequence + 1,
            isDiscontinuous: true)
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
        Dictionary(uniqueKeysWithValues: format.soundRenditions.map { ($0.name, $0.key) })
    }
}
