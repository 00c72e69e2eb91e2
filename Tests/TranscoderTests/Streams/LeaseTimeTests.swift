import Testing

@testable import Transcoder

@Suite struct LeaseTimeTests {
    @Test func noRenewalIsWaitedForBeyondTheLease() {
        let start = ContinuousClock.now
        func patience(after milliseconds: Int) -> Duration {
            LeaseTime.patience(since: start, now: start + .milliseconds(milliseconds))
        }
        #expect(patience(after: 0) == .milliseconds(1_500))
        #expect(patience(after: 4_000) == .milliseconds(500))
        #expect(patience(after: 4_450) == .milliseconds(100))
        // Silent already: nothing is lost by waiting.
        #expect(patience(after: 9_000) == .milliseconds(1_500))
        #expect(!LeaseTime.isOver(since: start, now: start + .milliseconds(4_499)))
        #expect(LeaseTime.isOver(since: start, now: start + .milliseconds(4_500)))
    }
}
