import Contracts
import Testing
import Upstream

@testable import TokenService

@Suite struct ProviderAccountTests {
    private func account(_ body: String, status: Int = 200) throws -> ProviderAccount {
        let head = UpstreamHead(status: status, headers: [], redirects: 0, url: try UpstreamURL("http://p.example"))
        return try ProviderAccount(head, body: Array(body.utf8), now: 1_800_000_000)
    }

    @Test(arguments: [
        #"{"user_info":{"auth":1,"status":"Active","active_cons":"1","max_connections":"3","exp_date":"1900000000"}}"#,
        #"{"user_info":{"auth":"1","status":"active","active_cons":1,"max_connections":3.0,"exp_date":1900000000}}"#,
        #"{"user_info":[{"auth":true,"active_cons":1,"max_connections":"3","exp_date":1900000000}],"server_info":null}"#,
    ]) func readsWhatPanelsWrite(body: String) throws {
        #expect(
            try account(body)
                == ProviderAccount(status: .active, maxConnections: 3, activeConnections: 1, expiry: 1_900_000_000))
    }

    @Test func toleratesMissingFields() throws {
        #expect(
            try account(#"{"user_info":{"auth":1}}"#)
                == ProviderAccount(status: .active, maxConnections: ProviderAccount.unlimited, activeConnections: 0))
        #expect(
            try account(#"{"user_info":{"max_connections":"0","active_cons":null,"exp_date":"","status":null}}"#).status
                == .active)
    }

    @Test(arguments: [
        (#"{"user_info":{"auth":0}}"#, 200, ProviderAccount.Status.refused), ("", 200, .refused),
        (" \n", 200, .refused),
        ("", 401, .refused), ("x", 403, .refused), (#"{"user_info":{"status":"Expired"}}"#, 200, .expired),
        (#"{"user_info":{"status":"Banned"}}"#, 200, .disabled),
        (#"{"user_info":{"status":"Disabled"}}"#, 200, .disabled),
        (#"{"user_info":{"status":"Active","exp_date":"1700000000"}}"#, 200, .expired),
    ]) func readsRefusals(body: String, status: Int, expected: ProviderAccount.Status) throws {
        #expect(try account(body, status: status).status == expected)
    }

    @Test(arguments: [
        ("<html>", 200), ("[]", 200), ("{}", 200), ("{\"user_info\":", 200), ("", 502), ("", 429), ("", 404),
        (#"{"user_info":{}}"#, 200), (#"{"user_info":[]}"#, 200), (#"{"user_info":false}"#, 200),
    ])
    func refusesWhatIsNoAccount(body: String, status: Int) {
        #expect(throws: ResolutionFailure.self) { try account(body, status: status) }
    }
}

@Suite struct SlotReckoningTests {
    private let now: Int64 = 1_000_000
    private let reckoning = SlotReckoning(cap: nil, interval: 30_000)

    private func active(_ connections: Int, max: Int = 3) -> ProviderAccount {
        ProviderAccount(status: .active, maxConnections: max, activeConnections: connections)
    }

    /// Living and dead owners' slots.
    private func ledger(alive: Int = 0, dead: Int = 0, foreign: Int = 0, excess: Int = 0, since: Int64 = 0)
        -> SlotLedger.Snapshot
    {
        var slots: [String: Int64] = [:]
        for index in 0..<alive { slots["live-\(index)|1"] = now + Leases.slotGrace + 4000 }
        for index in 0..<dead { slots["live-9\(index)|1"] = now + 10_000 + Int64(index) }
        return SlotLedger.Snapshot(
            now: now, slots: slots, limit: 3, foreign: foreign, excess: excess, excessSince: since, checkedAt: 1)
    }

    private func settle(
        _ account: ProviderAccount, _ ledger: SlotLedger.Snapshot, ghosts: Int = 0, unsure: Int = 0, cap: Int? = nil
    ) -> SlotLedger.Settlement {
        SlotReckoning(cap: cap, interval: 30_000).settle(
            account, ledger, measuredAt: now, ghosts: ghosts, unsure: unsure)
    }

    @Test func offersWhatTheAccountHas() {
        #expect(settle(active(0), ledger()).limit == 3)
        #expect(settle(active(2), ledger(alive: 2)).limit == 3)
        #expect(settle(active(0), ledger(), cap: 2).limit == 2)
        #expect(settle(active(0), ledger(), cap: 9).limit == 3)
    }

    @Test func believesInAnotherDeviceOnlyWhenItStays() {
        let first = settle(active(2), ledger(alive: 1))
        #expect(first.limit == 3 && first.foreign == 0 && first.excess == 1 && first.excessSince == now)
        let soon = settle(active(2), ledger(alive: 1, excess: 1, since: now - 2_000))
        #expect(soon.limit == 3 && soon.excess == 1 && soon.excessSince == now - 2_000)
        let later = settle(active(2), ledger(alive: 1, excess: 1, since: now - 30_000))
        #expect(later.limit == 2 && later.foreign == 1 && later.excess == 0)
        let gone = settle(active(1), ledger(alive: 1, excess: 1, since: now - 30_000))
        #expect(gone.limit == 3 && gone.excess == 0)
        let fewer = settle(active(2), ledger(alive: 1, excess: 2, since: now - 30_000))
        #expect(fewer.foreign == 1)
    }

    @Test func letsAnotherDeviceGoAtOnce() {
        #expect(settle(active(1), ledger(alive: 1, foreign: 1)).limit == 3)
        #expect(settle(active(2), ledger(alive: 1, foreign: 1)).limit == 2)
    }

    /// A television that is always on, and a viewer who zaps: the provider counts the new connection already, and the old one no more.
    @Test func doesNotForgetAnotherDeviceForOneOfOurs() {
        let zapped = settle(active(2, max: 2), ledger(alive: 1, foreign: 1), ghosts: 1, unsure: 1)
        #expect(zapped.foreign == 1 && zapped.limit == 1)
        // Reserved, and not open yet.
        #expect(settle(active(1, max: 2), ledger(alive: 1, foreign: 1), unsure: 1).limit == 1)
        #expect(settle(active(1, max: 2), ledger(alive: 1, foreign: 1)).limit == 2)
        let refused = ProviderAccount(status: .refused, maxConnections: 0, activeConnections: 0)
        #expect(settle(refused, ledger(foreign: 1)).foreign == 1)
    }

    @Test func extendsWhatTheProviderStillCounts() {
        var lent = ledger(alive: 1)
        lent.slots["vod-7|loan-940000"] = now + 14_000
        #expect(settle(active(2), lent).extended == ["vod-7|loan-940000": now + 14_000])
        #expect(settle(active(2), lent).extendedBy == 30_000 + Leases.slotGrace)
        #expect(settle(active(1), lent).extended.isEmpty)
        lent.foreign = 1
        #expect(settle(active(2), lent, unsure: 1).extended.isEmpty)
        // A dead owner's only at its end: before, the provider may not have noticed yet.
        #expect(settle(active(1), ledger(dead: 1)).extended.isEmpty)
        var late = ledger()
        late.slots = ["live-9|1": now + 4_000]
        #expect(settle(active(1), late).extended == ["live-9|1": now + 4_000])
        #expect(settle(active(0), late).extended.isEmpty)
    }

    @Test func doesNotTakeOurOwnClosedConnectionsForAnother() {
        let settlement = settle(active(3), ledger(alive: 1, excess: 2, since: now - 30_000), ghosts: 2)
        #expect(settlement.foreign == 0 && settlement.excess == 0)
    }

    @Test func neverOffersLessThanNothing() {
        #expect(settle(active(9, max: 1), ledger(foreign: 9)).limit == 0)
    }

    @Test func freesDeadSlotsThatTheProviderCannotBeCounting() {
        #expect(settle(active(0), ledger(dead: 2)).freed.count == 2)
        #expect(settle(active(1), ledger(dead: 2)).freed == ["live-90|1": now + 10_000])
        #expect(settle(active(2), ledger(alive: 1, dead: 1)).freed.isEmpty)
        // The one connection may be the dead owner's: the living one may not have opened yet.
        #expect(settle(active(1), ledger(alive: 1, dead: 1)).freed.isEmpty)
        #expect(settle(active(0), ledger(alive: 1)).freed.isEmpty)
    }

    @Test func freesNothingThatDiedAfterTheMeasurement() {
        let settlement = reckoning.settle(active(0), ledger(dead: 1), measuredAt: now - 9_000, ghosts: 0, unsure: 0)
        #expect(settlement.freed.isEmpty)
    }

    @Test func leavesOneSlotToSayWhyTheAccountIsRefused() {
        let refused = ProviderAccount(status: .expired, maxConnections: 3, activeConnections: 0)
        var fresh = ledger()
        fresh.limit = nil
        #expect(settle(refused, fresh).limit == 1 && settle(refused, fresh).account == "account_expired")
    }

    @Test func takesTheOperatorsWordWhileTheProviderIsSilent() {
        var fresh = ledger()
        fresh.limit = nil
        #expect(SlotReckoning(cap: 2, interval: 30_000).unanswered(fresh, reason: "x")?.limit == 2)
        #expect(SlotReckoning(cap: nil, interval: 30_000).unanswered(fresh, reason: "x") == nil)
        #expect(SlotReckoning(cap: 2, interval: 30_000).unanswered(ledger(), reason: "x") == nil)
    }

    @Test func remembersGhostsForAWhile() {
        var ghosts = SlotGhosts()
        var state = ledger(alive: 2)
        ghosts.observe(state)
        #expect(ghosts.count(state) == 0 && ghosts.unsure(state) == 2)
        state.now += 8_000
        state.slots = state.slots.mapValues { $0 + 8_000 }
        ghosts.observe(state)
        state.now += 8_000
        state.slots = state.slots.mapValues { $0 + 8_000 }
        ghosts.observe(state)
        #expect(ghosts.unsure(state) == 0)
        state.slots["live-1|1"] = state.now + 1_000
        #expect(ghosts.unsure(state) == 1)
        state.slots = [:]
        state.now += 10_000
        ghosts.observe(state)
        #expect(ghosts.count(state) == 2)
        state.now += 10_000
        ghosts.observe(state)
        #expect(ghosts.count(state) == 0)
    }
}
