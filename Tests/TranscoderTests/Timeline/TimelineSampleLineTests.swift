import Testing

@testable import Live

@Suite struct TimelineSampleLineTests {
    @Test func soundIsContiguousWithinTwentyMilliseconds() {
        var line = SampleLine(sampleRate: 48_000)
        #expect(line.place(atTicks: 0, count: 1024) == .init(silence: 0, skipped: 0))
        #expect(line.place(atTicks: 1920 + 1700, count: 1024) == .init(silence: 0, skipped: 0))
        #expect(line.place(atTicks: 3840 - 1700, count: 1024) == .init(silence: 0, skipped: 0))
        #expect(line.end == 3072)
    }

    @Test func gapsBecomeSilence() {
        var line = SampleLine(sampleRate: 48_000)
        #expect(line.place(atTicks: 90_000, count: 1024) == .init(silence: 48_000, skipped: 0))
        #expect(line.end == 49_024)
    }

    @Test func overlapsAreTrimmed() {
        var line = SampleLine(sampleRate: 48_000)
        #expect(line.fill(toTicks: 90_000) == 48_000)
        #expect(line.place(atTicks: 0, count: 1024) == nil)
        #expect(line.place(atTicks: 90_000 - 1875, count: 1024) == .init(silence: 0, skipped: 1000))
        #expect(line.end == 48_024)
    }

    @Test func whatLiesBeforeTheLineIsTrimmedExactly() {
        var line = SampleLine(sampleRate: 48_000)
        #expect(line.place(atTicks: -15, count: 1024) == .init(silence: 0, skipped: 8))
    }

    @Test func fillingNeverGoesBack() {
        var line = SampleLine(sampleRate: 44_100)
        #expect(line.fill(toTicks: 45_000) == 22_050)
        #expect(line.fill(toTicks: 45_000) == 0)
        #expect(line.endTicks == 45_000)
    }

    @Test func brokenTimesAreLeftOut() {
        var line = SampleLine(sampleRate: 48_000)
        #expect(line.place(atTicks: 11 * 90_000, count: 1024) == nil)
        #expect(line.end == 0)
    }
}
