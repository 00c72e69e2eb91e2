/// Puts source pictures on the output's grid of frames at a constant rate (MEDIA.md §1.2).
///
/// Output frames are numbered from 0 and never stop: `next` is the one to be made. The line is anchored at a source
/// picture; from there the number of a picture follows from its time alone. Rounding is done on the source's own grid and
/// then thinned out (50 → 25 shows every other picture), so ties cannot flip. Small deviations stay with the neighbour, so
/// jitter makes no irregular cadence.
struct FrameLine: Sendable {
    enum Placement: Sendable, Equatable {
        /// Repeat the last picture so many times, then show this one.
        case show(repeats: Int64)
        /// A duplicate, late, or one of those that the lower rate leaves out.
        case skip
    }

    private struct Anchor: Sendable {
        /// Source time, on the line of `SourceLine`, of the picture that became output frame `index`.
        let pts: Int64
        let index: Int64
        /// Source frames since the anchor: number of the last picture seen.
        var last: Int64 = -1
        /// Source time of the end of the last picture shown under it.
        var end: Int64
        /// Nothing after `end` belongs to this anchor.
        var isClosed = false
    }

    let sourceRate: FrameRate
    let outputRate: FrameRate
    private(set) var next: Int64 = 0
    /// Oldest first: sound may come so late that several have followed on its own.
    private var anchors: [Anchor] = []
    private static let mostAnchors = 16
    private var isReleased = false
    private let decimation: Int64
    /// Ticks times the numerator: one source frame.
    private let unit: Int64

    init(sourceRate: FrameRate) {
        self.sourceRate = sourceRate
        outputRate = sourceRate.capped
        decimation = sourceRate.decimation
        unit = SegmentGrid.ticksPerSecond * sourceRate.denominator
    }

    /// The next picture anchors the line anew: whatever its time, it becomes frame `next`.
    /// - Parameter endsSound: Sound after the last picture shown is not on the line until then.
    mutating func release(endsSound: Bool) {
        isReleased = true
        if endsSound, !anchors.isEmpty { anchors[anchors.count - 1].isClosed = true }
    }

    /// A new connection: its sound belongs to none of the pictures so far, even where its times overlap theirs.
    mutating func begin() {
        anchors = []
        isReleased = false
    }

    private var anchor: Anchor? { anchors.last }

    /// Whether the next picture will anchor the line.
    var isWaiting: Bool { anchor == nil || isReleased }
    /// Whether sound has to wait for the next picture before its place is known.
    var soundMustWait: Bool { anchor == nil || (isReleased && anchor?.isClosed == true) }

    /// Where a picture goes. The caller makes the repeats and the picture, calling `advance()` for each.
    mutating func place(_ pts: Int64) -> Placement {
        guard !isWaiting, var current = anchor else {
            if anchors.count == Self.mostAnchors { anchors.removeFirst() }
            anchors.append(Anchor(pts: pts, index: next, last: 0, end: pts + frameTicks))
            isReleased = false
            return .show(repeats: 0)
        }
        let number = sourceNumber(pts, current)
        guard number > current.last else { return .skip }
        current.last = number
        current.end = pts + frameTicks
        anchors[anchors.count - 1] = current
        guard number.isMultiple(of: decimation) else { return .skip }
        let gap = current.index + number / decimation - next
        guard gap >= 0 else { return .skip }
        guard gap <= outputRate.frames(inSeconds: Self.longestHole) else {
            release(endsSound: true)
            return place(pts)
        }
        return .show(repeats: gap)
    }

    /// One output frame was made.
    mutating func advance() { next += 1 }

    /// Ticks from the line's start to an output frame.
    func ticks(ofFrame frame: Int64) -> Int64 { Self.ticks(ofFrame: frame, rate: outputRate) }

    static func ticks(ofFrame frame: Int64, rate: FrameRate) -> Int64 {
        rounded(frame * SegmentGrid.ticksPerSecond * rate.denominator, rate.numerator)
    }

    /// Where sound of this source time is heard, in ticks from the line's start; nil = it belongs to nothing that is shown.
    /// Not to be asked while `soundMustWait`.
    func ticks(ofSound pts: Int64) -> Int64? {
        if let own = anchors.last(where: { pts >= $0.pts }) { return isPast(pts, own) ? nil : ticks(of: pts, own) }
        // Before the first picture of all it is before the line; before any other, it would be heard with foreign pictures.
        guard let first = anchors.first, first.index == 0 else { return nil }
        return ticks(of: pts, first)
    }

    /// Seconds that are filled by repeating; what is longer starts a new anchor.
    private static let longestHole: Int64 = 10

    private var frameTicks: Int64 { rounded(unit, sourceRate.numerator) }

    /// The grid number of a picture: the one after the last if it is within 0.6 frames of it, else the nearest.
    private func sourceNumber(_ pts: Int64, _ anchor: Anchor) -> Int64 {
        let position = (pts - anchor.pts) * sourceRate.numerator
        let expected = (anchor.last + 1) * unit
        return abs(position - expected) * 10 <= unit * 6 ? anchor.last + 1 : rounded(position, unit)
    }

    private func isPast(_ pts: Int64, _ anchor: Anchor) -> Bool { anchor.isClosed && pts >= anchor.end }

    private func ticks(of pts: Int64, _ anchor: Anchor) -> Int64 { ticks(ofFrame: anchor.index) + pts - anchor.pts }
}
