/// Puts decoded sound on the output line, sample by sample, without a gap or an overlap.
///
/// Samples are numbered from 0, which is heard with output frame 0. The line only grows. Sound that arrives within 20 ms of
/// where the line ends is simply appended: that far may timestamps be inexact. Else silence fills the gap, or the
/// overlap is cut off the front.
struct SampleLine: Sendable {
    struct Placement: Sendable, Equatable {
        /// Samples of silence to append first.
        var silence: Int
        /// Samples of the block to leave out at its front.
        var skipped: Int
    }

    let sampleRate: Int64
    /// The next sample to be appended.
    private(set) var end: Int64 = 0

    init(sampleRate: Int64) { self.sampleRate = sampleRate }

    /// Where a block goes that should be heard `ticks` after the line's start. Nil: leave all of it out.
    mutating func place(atTicks ticks: Int64, count: Int) -> Placement? {
        let target = sample(ofTicks: ticks)
        var placement = Placement(silence: 0, skipped: 0)
        let gap = target - end
        // A time so far ahead is a broken one.
        guard gap < 10 * sampleRate else { return nil }
        if gap > tolerance { placement.silence = Int(gap) }
        if gap < -tolerance || target < 0 { placement.skipped = Int(max(-gap, 0)) }
        guard placement.skipped < count else { return nil }
        end += Int64(placement.silence + count - placement.skipped)
        return placement
    }

    /// Samples of silence to append so that the line reaches `ticks`.
    mutating func fill(toTicks ticks: Int64) -> Int {
        let missing = sample(ofTicks: ticks) - end
        guard missing > 0 else { return 0 }
        end += missing
        return Int(missing)
    }

    /// The sample that is heard `ticks` after the line's start, the nearest.
    func sample(ofTicks ticks: Int64) -> Int64 { rounded(ticks * sampleRate, SegmentGrid.ticksPerSecond) }

    /// Ticks from the line's start to its end.
    var endTicks: Int64 { end * SegmentGrid.ticksPerSecond / sampleRate }

    private var tolerance: Int64 { sampleRate / 50 }
}
