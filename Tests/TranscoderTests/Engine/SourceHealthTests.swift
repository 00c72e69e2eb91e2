import Testing

@testable import Live

@Suite struct SourceHealthTests {
    private static let second: Int64 = 1_000_000_000

    /// Segments of an HLS channel come seconds apart: that is no stall.
    @Test(arguments: [(0, true), (20, false)] as [(Int64, Bool)])
    func aSourceThatComesInSegmentsMayBeSilentForLonger(longestPause: Int64, isStalled: Bool) {
        var health = SourceHealth(settings: LiveEngineSettings(), now: 0)
        health.connected(at: 0)
        let reconnects = health.shouldReconnect(
            at: 60 * Self.second, readWaited: 12 * Self.second, quiet: 12 * Self.second,
            longestPause: longestPause * Self.second)
        #expect(reconnects == isStalled)
    }
}
