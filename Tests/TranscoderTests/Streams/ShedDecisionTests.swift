import Testing

@testable import Transcoder

@Suite struct ShedDecisionTests {
    private func run(_ decision: inout ShedDecision, _ fill: Double, ticks: Int) {
        for _ in 0..<ticks { decision.tick(queueFill: fill, renditions: 3) }
    }

    @Test func oneFullSecondIsNoReason() {
        var decision = ShedDecision()
        run(&decision, 1, ticks: 2)
        run(&decision, 0.4, ticks: 1)
        run(&decision, 1, ticks: 2)
        #expect(decision.level == 0)
    }

    @Test func lastingPressureShedsStepByStepButNeverTheLowestRendition() {
        var decision = ShedDecision()
        run(&decision, 1, ticks: 3)
        #expect(decision.level == 1)
        run(&decision, 1, ticks: 60)
        #expect(decision.level == 3)
    }

    @Test func whatWasShedComesBackAfterALongCalm() {
        var decision = ShedDecision()
        run(&decision, 1, ticks: 6)
        #expect(decision.level == 2)
        run(&decision, 0.1, ticks: 19)
        #expect(decision.level == 2)
        run(&decision, 0.1, ticks: 1)
        #expect(decision.level == 1)
        run(&decision, 0.1, ticks: 20)
        #expect(decision.level == 0)
    }
}
