import Contracts
import Redis
import Runtime
import TestSupport
import Testing

@testable import TokenService

@Suite(.serialized) struct SlotFlowTests {
    @Test func setsTheLimitAtOnceAndAsksOnceForAllReplicas() async throws {
        try await TokenServiceFixture.with(services: 3, panel: { _ in accountAnswer(active: 0, max: 4) }) {
            fixture, hosts in
            let state = try #require(try await fixture.waitForLedger { $0.limit != nil })
            #expect(state.limit == 4 && state.foreign == 0 && state.account == "active")
            #expect(fixture.panel.requestCount("/player_api.php") == 1)
            for host in hosts {
                let report = await host.runtime.health.report()
                #expect(report.checks.first { $0.name == "provider" }?.ok == true)
            }
        }
    }

    @Test func capsTheLimitAndCountsOtherDevicesOnceTheyStay() async throws {
        let settings = ["PROVIDER_CHECK_INTERVAL": "1", "PROVIDER_MAX_CONNECTIONS": "4"]
        try await TokenServiceFixture.with(settings: settings, panel: { _ in accountAnswer(active: 2, max: 5) }) {
            fixture, _ in
            let first = try #require(try await fixture.waitForLedger { $0.limit != nil })
            #expect(first.limit == 4 && first.foreign == 0)
            let later = try #require(try await fixture.waitForLedger { $0.foreign > 0 })
            #expect(later.foreign == 2 && later.limit == 3 && later.now - first.checkedAt >= SlotReckoning.patience)
        }
    }

    @Test func keepsAskingAProviderThatDoesNotAnswer() async throws {
        let asked = WatchedValue(0)
        try await TokenServiceFixture.with(panel: { _ in
            asked.change { $0 += 1 }
            return asked.value < 2 ? [.response(502)] : accountAnswer(active: 0, max: 1)
        }) { fixture, hosts in
            let state = try #require(try await fixture.waitForLedger { $0.limit != nil })
            #expect(state.limit == 1)
            #expect(asked.value == 2)
        }
    }

    @Test func freesADeadOwnersSlotEarly() async throws {
        try await TokenServiceFixture.with(panel: { _ in accountAnswer(active: 0, max: 1) }) { fixture, _ in
            let now = try #require(try await fixture.waitForLedger { $0.limit != nil }).now
            // A lease that ended a second ago, and one that is young.
            let dead = now + Leases.slotGrace - 1_000
            let alive = now + Leases.slotGrace + 60_000
            _ = try await fixture.redis.send(
                ["HSET", .text(fixture.keys.slots), "live-1|5", .integer(dead), "live-2|6", .integer(alive)])
            let state = try #require(try await fixture.waitForLedger { $0.slots["live-1|5"] == nil })
            #expect(state.slots["live-2|6"] == alive && state.now < dead)
        }
    }

    @Test func handsTheLeadOver() async throws {
        try await TokenServiceFixture.with(services: 0, panel: { _ in nil }) { fixture, _ in
            let ledger = fixture.ledger
            #expect(try await ledger.lead(instance: "a", lease: 60_000))
            #expect(try await !ledger.lead(instance: "b", lease: 60_000))
            #expect(try await ledger.lead(instance: "a", lease: 60_000))
            let settlement = SlotLedger.Settlement(
                limit: 1, maxConnections: 1, active: 0, foreign: 0, excess: 0, excessSince: 0, account: "active")
            #expect(try await ledger.settle(settlement, instance: "b") == nil)
            try await ledger.resign(instance: "b")
            #expect(try await !ledger.lead(instance: "b", lease: 60_000))
            try await ledger.resign(instance: "a")
            #expect(try await ledger.lead(instance: "b", lease: 60_000))
            #expect(try await ledger.settle(settlement, instance: "b") == 0)
        }
    }

    @Test func namesARefusedAccount() async throws {
        try await TokenServiceFixture.with(panel: { request in
            request.path == "/player_api.php" ? accountAnswer(active: 0, max: 2, status: "Expired") : [.response(403)]
        }) { fixture, hosts in
            let state = try #require(try await fixture.waitForLedger { $0.limit != nil })
            #expect(state.account == "account_expired" && state.limit == 1)
            let report = await hosts.first?.runtime.health.report()
            #expect(report?.checks.first { $0.name == "provider" }?.ok == false)
            guard case .failure(let reason, _) = try await fixture.token() else {
                Issue.record("resolved")
                return
            }
            #expect(reason.code == "account_expired")
        }
    }
}
