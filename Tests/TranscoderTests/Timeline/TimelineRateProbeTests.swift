import Testing

@testable import Live

@Suite struct TimelineRateProbeTests {
    private func rate(_ times: [Int64]) -> FrameRate? {
        var probe = RateProbe()
        for time in times { probe.add(time) }
        return probe.rate
    }

    @Test(
        arguments: [
            (3600, FrameRate(25)), (1800, FrameRate(50)), (3003, FrameRate(30000, 1001)), (3000, FrameRate(30)),
            (1501, FrameRate(60000, 1001)), (3754, FrameRate(24000, 1001)),
        ] as [(Int64, FrameRate)])
    func equalStepsDecideAtOnce(_ step: Int64, _ expected: FrameRate) {
        #expect(rate([0, step, 2 * step]) == nil)
        #expect(rate([0, step, 2 * step, 3 * step]) == expected)
    }

    @Test func unequalStepsAreLeftToTheMedian() {
        let times: [Int64] = [0, 3600, 7200, 14_400, 18_000, 21_600, 25_200, 32_400, 36_000, 39_600, 43_200, 46_800]
        #expect(rate(Array(times.dropLast())) == nil)
        #expect(rate(times) == FrameRate(25))
    }

    @Test func nonsenseFallsBack() {
        #expect(rate([Int64](repeating: 5, count: 12)) == .fallback)
    }
}
