/// A stretch of output whose timestamps count from one start. There is one, and another after each planned reset.
struct OutputRun: Sendable, Equatable {
    /// Output frame, counted since the engine began, that is frame 0 here.
    let firstFrame: Int64
    /// Sequence number of its first segment.
    let firstSequence: Int64
    /// Discontinuities of the playlist up to its segments.
    var discontinuitySequence: Int64
    /// Its first segment stands behind a DISCONTINUITY.
    let isDiscontinuous: Bool
}
