import Testing

@testable import Transcoder

/// Which range of a film is asked for next.
@Suite struct FetchDecisionTests {
    private typealias Window = FetchDecision.Window

    private func decide(
        _ wanted: [Int], window: FetchDecision.Window? = nil, last: FetchDecision.Window? = nil, blocks: Int? = 1000,
        rate: Double = 10, cached: Set<Int> = []
    ) -> FetchDecision {
        FetchDecision(wanted: wanted, window: window, last: last, blockCount: blocks, rate: rate) {
            cached.contains($0)
        }
    }

    @Test func nothingWantedAndNothingOpenIsRest() {
        #expect(decide([]) == .rest)
        #expect(decide([], window: Window(next: 4, end: 4, count: 2)) == .rest)
    }

    @Test func anOpenRangeIsReadToItsEndWhileNobodyWaitsElsewhere() {
        #expect(decide([], window: Window(next: 3, end: 6, count: 4)) == .readOn)
        #expect(decide([5], window: Window(next: 3, end: 6, count: 4)) == .readOn)
    }

    @Test func aJumpBeginsSmallAndReadingInOrderGrows() {
        #expect(decide([40]) == .open(first: 40, count: 2))
        #expect(decide([42], last: Window(next: 42, end: 42, count: 2)) == .open(first: 42, count: 4))
        #expect(decide([90], last: Window(next: 90, end: 90, count: 16)) == .open(first: 90, count: 16))
    }

    @Test func whatIsCachedIsNotAskedForAgain() {
        #expect(decide([90], last: Window(next: 90, end: 90, count: 8), cached: [93]) == .open(first: 90, count: 3))
        #expect(decide([90], cached: [91]) == .open(first: 90, count: 1))
    }

    @Test func theEndOfTheFilmBoundsTheRange() {
        #expect(decide([999]) == .open(first: 999, count: 1))
        #expect(decide([0], blocks: nil) == .open(first: 0, count: 2))
    }

    @Test func whoWaitsElsewhereDoesNotWaitForALongRestOfARange() {
        let long = Window(next: 10, end: 26, count: 16)
        #expect(decide([500], window: long, rate: 10) == .open(first: 500, count: 2))
        #expect(decide([500], window: long, rate: 100) == .readOn)
        #expect(decide([500], window: long, rate: 0) == .open(first: 500, count: 2))
    }
}
