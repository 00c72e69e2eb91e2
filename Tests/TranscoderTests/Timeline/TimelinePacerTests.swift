import Testing

@testable import Live

@Suite struct TimelinePacerTests {
    private static let second: Int64 = 1_000_000_000
    private static let tick: Int64 = 90_000

    private func pacer() -> Pacer { Pacer(settings: LiveEngineSettings(), now: 0) }

    /// A burst of two seconds at once, then real time up to `end` seconds.
    private func running(until end: Int64) -> Pacer {
        var pacer = pacer()
        for frame in Int64(0)..<50 { _ = pacer.admits(line: frame * 3600, at: 0) }
        for frame in Int64(50)..<((end + 2) * 25) {
            _ = pacer.admits(line: frame * 3600, at: (frame - 49) * Self.second / 25)
        }
        return pacer
    }

    @Test func theFirstBurstIsTakenUpToItsLimit() {
        var pacer = pacer()
        let answers = [pacer.admits(line: 10 * Self.tick, at: 0), pacer.admits(line: 10 * Self.tick + 1, at: 0)]
        #expect(answers == [true, false])
    }

    @Test func holdingBeginsAfterASecondAndKeepsTheLead() {
        let pacer = running(until: 20)
        #expect(!pacer.isHolding(at: 20 * Self.second + Self.second * 9 / 10))
        #expect(pacer.isHolding(at: 21 * Self.second + Self.second / 10))
        let lead = pacer.heldTo(at: 30 * Self.second) - 30 * Self.tick
        #expect(abs(lead - 2 * Self.tick) <= 3600)
    }

    @Test func aBacklogIsTakenUpToItsLimit() {
        var pacer = running(until: 20)
        let line = pacer.heldTo(at: 30 * Self.second)
        let answers = [0, 1].map { pacer.admits(line: line + 2 * Self.tick + $0, at: 30 * Self.second) }
        #expect(answers == [true, false])
    }

    @Test func aBacklogIsCutOnce() {
        var pacer = running(until: 20)
        let limit = pacer.heldTo(at: 30 * Self.second) + 2 * Self.tick
        let answers = [1, 0, -Self.tick / 2 + 1, -Self.tick / 2, 0].map {
            pacer.admits(line: limit + $0, at: 30 * Self.second)
        }
        #expect(answers == [false, false, false, true, true])
    }

    @Test func withoutAnOutageNothingIsLate() {
        var pacer = running(until: 20)
        let isAdmitted = pacer.admits(line: 100 * Self.tick, at: 20 * Self.second)
        #expect(isAdmitted)
    }

    @Test func aLineThatFellBehindIsFilledFirst() {
        let pacer = running(until: 20)
        let line = pacer.heldTo(at: 20 * Self.second)
        #expect(!pacer.isBehind(line: line - Self.tick, at: 20 * Self.second))
        #expect(pacer.isBehind(line: line - Self.tick - 1, at: 20 * Self.second))
    }
}
