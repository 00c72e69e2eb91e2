import Testing

@testable import Gateway

@Suite struct DemandLedgerTests {
    @Test func reportsOnceWhatWasSeenAndAlwaysWhatIsHeld() {
        var ledger = DemandLedger()
        #expect(ledger.drain() == nil)
        ledger.note(session: "a", rendition: "720p")
        let hold = ledger.hold(session: "b", rendition: "360p")
        #expect(ledger.drain() == .init(sessions: ["a", "b"], renditions: ["720p", "360p"]))
        #expect(ledger.drain() == .init(sessions: ["b"], renditions: ["360p"]))
        ledger.release(hold)
        #expect(ledger.drain() == .init(sessions: ["b"], renditions: ["360p"]))
        #expect(ledger.drain() == nil && ledger.isEmpty)
    }

    @Test func forgetsHeldRequestsOfASessionThatMoved() {
        var ledger = DemandLedger()
        let hold = ledger.hold(session: "a", rendition: nil)
        _ = ledger.drain()
        ledger.moved(["a", "x"])
        #expect(ledger.hasDeparted(hold))
        #expect(ledger.drain() == nil)
        ledger.release(hold)
        #expect(ledger.drain() == nil && ledger.isEmpty)
    }

    @Test func reportsAgainWhatCouldNotBeReported() throws {
        var ledger = DemandLedger()
        ledger.note(session: "a", rendition: "720p")
        let batch = ledger.drain()
        ledger.restore(try #require(batch))
        #expect(ledger.drain() == .init(sessions: ["a"], renditions: ["720p"]))
    }

    @Test func countsABoundedNumberOfSessions() {
        var ledger = DemandLedger()
        for number in 0..<(DemandLedger.maximumSessions + 10) { ledger.note(session: "\(number)", rendition: nil) }
        #expect(ledger.drain()?.sessions.count == DemandLedger.maximumSessions)
    }

    @Test func countsABoundedNumberOfRenditions() throws {
        var ledger = DemandLedger()
        for number in 0..<100 { ledger.note(session: "a", rendition: "audio-\(number)") }
        let batch = ledger.drain()
        let reported = try #require(batch)
        #expect(reported.renditions.count == DemandLedger.maximumRenditions)
        // Nor do they pile up while nothing can be reported.
        for number in 100..<200 { ledger.note(session: "a", rendition: "audio-\(number)") }
        ledger.restore(reported)
        #expect(ledger.drain()?.renditions.count == DemandLedger.maximumRenditions)
    }
}
