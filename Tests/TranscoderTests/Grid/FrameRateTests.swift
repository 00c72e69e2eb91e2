import Testing

@testable import Live

@Suite struct FrameRateTests {
    @Test(
        arguments: [
            (25, 1, FrameRate(25)), (24_000, 1001, FrameRate(24_000, 1001)), (2997, 100, FrameRate(30_000, 1001)),
            (59_940, 1000, FrameRate(60_000, 1001)), (5001, 100, FrameRate(50)),
            (23_980, 1000, FrameRate(24_000, 1001)),
            (10, 1, FrameRate(24_000, 1001)), (1000, 1, FrameRate(60)), (0, 1, FrameRate(25)), (25, 0, FrameRate(25)),
            (2_147_483_647, 2_147_483_647, FrameRate(24_000, 1001)), (2_147_483_647, 1, FrameRate(60)),
        ] as [(Int32, Int32, FrameRate)])
    func nearest(numerator: Int32, denominator: Int32, expected: FrameRate) {
        #expect(FrameRate.nearest(toNumerator: numerator, denominator: denominator) == expected)
    }

    @Test func aStandardRateIsNearestToItself() {
        for rate in FrameRate.standard {
            #expect(FrameRate.nearest(toNumerator: Int32(rate.numerator), denominator: Int32(rate.denominator)) == rate)
        }
    }

    @Test func outputIsCappedAtThirty() {
        #expect(FrameRate(50).capped == FrameRate(25))
        #expect(FrameRate(60).capped == FrameRate(30))
        #expect(FrameRate(60_000, 1001).capped == FrameRate(30_000, 1001))
        for rate in FrameRate.standard.prefix(5) {
            #expect(rate.capped == rate)
            #expect(rate.decimation == 1)
        }
        #expect(FrameRate(60_000, 1001).decimation == 2)
    }

    @Test(
        arguments: [(5, 2, 3), (-5, 2, -3), (7, 3, 2), (-7, 3, -2), (8, 3, 3), (-8, 3, -3), (0, 7, 0), (9, 3, 3)]
            as [(Int64, Int64, Int64)])
    func roundingGoesAwayFromZero(dividend: Int64, divisor: Int64, expected: Int64) {
        #expect(rounded(dividend, divisor) == expected)
    }
}
