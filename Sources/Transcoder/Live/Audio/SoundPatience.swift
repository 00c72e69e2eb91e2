/// How long pictures wait for sound that is behind them. Pure.
///
/// In broadcast streams sound arrives up to more than a second after the pictures that it belongs to, and always about as
/// much. Waiting too briefly would replace all of it by silence; waiting too long would delay a channel whose sound is gone.
/// So it waits as long as this channel's sound was behind lately, and a little more (MEDIA.md §2 "Missing/late audio").
struct SoundPatience: Sendable {
    private static let least = SegmentGrid.ticksPerSecond * 7 / 10
    private static let most = SegmentGrid.ticksPerSecond * 4
    private static let margin = SegmentGrid.ticksPerSecond * 3 / 10
    /// Sound that has been away for longer is not waited for any longer than sound that was never there.
    private static let memory = SegmentGrid.ticksPerSecond * 5

    private var lag: Int64 = 0
    private var heardAt: Int64?

    /// Sound came that belongs `lag` ticks before the picture `now`.
    mutating func heard(lag: Int64, at now: Int64) {
        heardAt = now
        // Down slowly, up at once.
        self.lag = max(lag, self.lag - (self.lag - lag) / 512)
    }

    func ticks(at now: Int64) -> Int64 {
        guard let heardAt, now - heardAt < Self.memory else { return Self.least }
        return min(max(lag + Self.margin, Self.least), Self.most)
    }
}
