/// A stretch of a channel's time line that plays one file round and round.
struct LiveSpan: Sendable {
    let plan: LoopPlan
    /// Position on the channel's time line at which the file begins, 90 kHz.
    let start: Int64
    /// Counts the files a channel has played; a viewer that sees a new number changes over.
    let generation: Int
    /// Number of the first HLS segment of this span.
    let firstSegment: Int64
}
