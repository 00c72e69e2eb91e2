import Contracts
import Redis
import TestSupport
import Testing

/// What gateways say they need, and what comes of it.
@Suite struct StreamDemandTests {
    @Test func aWishBecomesOneClaimAndIsRepeatedWhenItWasLost() async throws {
        try await OwnershipFixture.with { world in
            for _ in 0..<3 {
                _ = try await world.demand.want(world.eight, sessions: ["s"], renditions: ["720p"], request: "r1")
                // However long this takes, the claim is a fresh one.
                try await world.set(world.keys.demand(world.eight), "claim_at", world.now() + 600_000)
            }
            let claims = try await world.claims()
            #expect(claims.map(\.stream) == [world.eight] && claims.first?.request == "r1")
            #expect(try await claims.first?.deadline ?? 0 > world.now())
            // Nobody took it.
            try await world.set(world.keys.demand(world.eight), "claim_at", world.now() - Leases.claimPatience)
            _ = try await world.demand.want(world.eight, sessions: ["s"], renditions: [], request: "r2")
            #expect(try await world.claims().count == 2)
        }
    }

    @Test func anOwnedOrRefusedStreamIsNotClaimedFor() async throws {
        try await OwnershipFixture.with { world in
            try await world.setLimit(2)
            try await world.want(world.eight)
            let claim = try #require(try await world.worker("a").claim(world.eight, alone: false).claim)
            let answer = try await world.demand.want(world.eight, sessions: [], renditions: ["360p"], request: "r")
            #expect(answer.status.isOwned && answer.status.epoch == claim.epoch)
            try await world.set(world.keys.stream(world.nine), "retry_at", world.now() + 60_000)
            _ = try await world.demand.want(world.nine, sessions: ["s"], renditions: [], request: "r")
            #expect(try await world.claims().isEmpty)
            // The owner hears of viewers and renditions.
            _ = try await world.demand.want(world.eight, sessions: ["x", "y"], renditions: ["720p"], request: "r")
            let renewal = try await world.worker("a").renew(world.eight, epoch: claim.epoch, report: .idle).renewal
            #expect(renewal?.viewers == 2 && renewal?.renditionAges.keys.sorted() == ["360p", "720p"])
            #expect(renewal?.sinceLastViewer.map { $0 < 20_000 } == true)
            // It is dead: its lease is over.
            try await world.expireLease(of: world.eight)
            _ = try await world.demand.want(world.eight, sessions: ["x"], renditions: [], request: "r")
            #expect(try await world.claims().map(\.stream) == [world.eight])
        }
    }

    @Test func theListOfClaimsIsBounded() async throws {
        try await OwnershipFixture.with { world in
            _ = try await world.redis.pipeline(
                (0..<Limits.claims).map { ["LPUSH", .text(world.keys.liveClaims), RedisArgument($0)] })
            _ = try await world.demand.want(world.eight, sessions: ["s"], renditions: [], request: "r")
            #expect(try await world.redis.send(["LLEN", .text(world.keys.liveClaims)]).integer == Int64(Limits.claims))
        }
    }

    /// While nobody knows what a channel has, any language may be asked for.
    @Test func theRenditionsOfAStreamAreBounded() async throws {
        try await OwnershipFixture.with { world in
            let key = world.keys.demand(world.eight)
            func want(_ renditions: [String]) async throws {
                _ = try await world.demand.want(world.eight, sessions: ["s"], renditions: renditions, request: "r")
            }
            func wanted(_ rendition: String) async throws -> Int64? {
                try await world.redis.send(["HGET", .text(key), .text(rendition)]).integer
            }
            try await want((0..<100).map { "audio-\($0)" })
            try await want((100..<200).map { "audio-\($0)" })
            // And the time of the claim.
            #expect(try await world.redis.send(["HLEN", .text(key)]).integer == 65)
            // What is known goes on, what is new waits until something has not been wanted for a minute.
            let before = try await world.now() - 30_000
            try await world.set(key, "audio-5", before)
            try await want(["audio-5", "720p"])
            #expect(try await wanted("audio-5") ?? 0 > before)
            #expect(try await wanted("720p") == nil)
            for number in 0..<3 { try await world.set(key, "audio-\(number)", 1) }
            try await want(["720p"])
            #expect(try await wanted("720p") != nil)
            #expect(try await wanted("audio-0") == nil)
        }
    }

    // MARK: Sessions

    @Test func aZapReleasesTheOldChannelAndLaterRequestsForItAreNoDemand() async throws {
        try await OwnershipFixture.with { world in
            try await world.setLimit(1)
            #expect(try await world.sessions.move("viewer", to: world.eight).left == nil)
            _ = try await world.demand.want(world.eight, sessions: ["viewer"], renditions: [], request: "r")
            let owner = world.worker("a")
            let claim = try #require(try await owner.claim(world.eight, alone: false).claim)
            let before = try await owner.renew(world.eight, epoch: claim.epoch, report: .idle).renewal
            #expect(before?.releaseRequested == false && before?.viewers == 1)

            #expect(try await world.sessions.move("viewer", to: world.nine).left == world.eight)
            let after = try await owner.renew(world.eight, epoch: claim.epoch, report: .idle).renewal
            #expect(after?.releaseRequested == true && after?.viewers == 0)

            // The player of the old channel asks once more.
            let late = try await world.demand.want(world.eight, sessions: ["viewer"], renditions: [], request: "r")
            #expect(late.movedSessions == ["viewer"])
            #expect(try await owner.renew(world.eight, epoch: claim.epoch, report: .idle).renewal?.viewers == 0)
        }
    }

    @Test func aChannelThatSomebodyElseWatchesIsNotReleased() async throws {
        try await OwnershipFixture.with { world in
            try await world.setLimit(1)
            try await world.want(world.eight)
            let owner = world.worker("a")
            let claim = try #require(try await owner.claim(world.eight, alone: false).claim)
            try await world.sessions.move("one", to: world.eight)
            try await world.sessions.move("two", to: world.eight)
            try await world.sessions.move("one", to: world.nine)
            let watched = try await owner.renew(world.eight, epoch: claim.epoch, report: .idle).renewal
            #expect(watched?.releaseRequested == false && watched?.viewers == 1)
            // The last one leaves, and somebody comes before the owner has noticed: the request is void, for good.
            try await world.sessions.move("two", to: world.nine)
            try await world.sessions.move("three", to: world.eight)
            let joined = try await owner.renew(world.eight, epoch: claim.epoch, report: .idle).renewal
            #expect(joined?.releaseRequested == false && joined?.viewers == 1)
            _ = try await world.redis.send(["DEL", .text(world.keys.viewers(world.eight))])
            let empty = try await owner.renew(world.eight, epoch: claim.epoch, report: .idle).renewal
            #expect(empty?.releaseRequested == false && empty?.viewers == 0)
        }
    }

    @Test func oldSessionsAreForgotten() async throws {
        try await OwnershipFixture.with { world in
            for number in 0..<5 { try await world.sessions.move("old-\(number)", to: world.eight) }
            for number in 0..<5 {
                _ = try await world.redis.send(["ZADD", .text(world.keys.sessionsSeen), 1, .text("old-\(number)")])
            }
            try await world.sessions.move("fresh", to: world.eight)
            #expect(try await world.sessions.reap(olderThan: 3_600_000, limit: 3) == 3)
            #expect(try await world.sessions.reap(olderThan: 3_600_000, limit: 3) == 2)
            #expect(try await world.sessions.reap(olderThan: 3_600_000, limit: 3) == 0)
            let left = try await world.redis.send(["HKEYS", .text(world.keys.sessions)]).array?.map(\.string)
            #expect(left == ["fresh"])
        }
    }
}
