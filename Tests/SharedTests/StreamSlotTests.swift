import Contracts
import Redis
import TestSupport
import Testing

/// Provider connections: never more reservations than the account has.
@Suite struct StreamSlotTests {
    /// Each other name of a channel would be another connection.
    @Test(arguments: ["live-08", "vod-0001906", "series-55-01-2", "live-00", "live-", "live--8", "live-8 "])
    func aStreamHasOneName(text: String) {
        #expect(StreamID(text) == nil)
        #expect(StreamID("live-0")?.number == "0" && StreamID("series-55-0-2") != nil)
    }

    @Test func withoutALimitNothingIsOpened() async throws {
        try await OwnershipFixture.with { world in
            try await world.want(world.eight)
            #expect(try await world.worker("a").claim(world.eight, alone: false) == .limitUnknown)
            let status = try await world.status(world.eight)
            #expect(status.state == .waitingSlot && status.reason?.code == "provider_unknown")
        }
    }

    @Test func oneConnectionServesOneStreamAndTheOtherWaits() async throws {
        try await OwnershipFixture.with { world in
            try await world.setLimit(1)
            try await world.want(world.eight, world.nine)
            let worker = world.worker("a")
            let claim = try #require(try await worker.claim(world.eight, alone: false).claim)
            #expect(try await worker.claim(world.nine, alone: false) == .noSlot(limit: 1))
            let waiting = try await world.status(world.nine)
            #expect(waiting.state == .waitingSlot && waiting.reason?.code == "no_free_connection")
            #expect(try await worker.renew(world.eight, epoch: claim.epoch, report: .idle).renewal?.waitingStreams == 1)

            // The release claims for the one that waits, at once.
            _ = try await worker.release(world.eight, epoch: claim.epoch, state: .idle, reason: nil, retryAfter: 0)
            #expect(try await world.claims().map(\.stream) == [world.nine])
            #expect(try await worker.claim(world.nine, alone: false).claim != nil)
            #expect(try await world.slots().count == 1)
        }
    }

    @Test func whoWaitsIsCountedForAsLongAsItIsWanted() async throws {
        try await OwnershipFixture.with { world in
            try await world.setLimit(1)
            try await world.want(world.eight, world.nine)
            let worker = world.worker("a")
            let claim = try #require(try await worker.claim(world.eight, alone: false).claim)
            _ = try await worker.claim(world.nine, alone: false)
            // It has waited for a minute and still does.
            let since = try await world.now() - 60_000
            _ = try await world.redis.send(["ZADD", .text(world.keys.slotWaiting), .integer(since), "live-9"])
            #expect(try await worker.renew(world.eight, epoch: claim.epoch, report: .idle).renewal?.waitingStreams == 1)
            try await world.forgetWish(for: world.nine)
            #expect(try await worker.renew(world.eight, epoch: claim.epoch, report: .idle).renewal?.waitingStreams == 0)
        }
    }

    @Test func aDeadOwnersConnectionIsReservedForItsStream() async throws {
        try await OwnershipFixture.with { world in
            try await world.setLimit(1)
            try await world.want(world.eight, world.nine)
            let claim = try #require(try await world.worker("dead").claim(world.eight, alone: false).claim)
            let segment = LiveSegment.made(claim.nextSequence, epoch: claim.epoch)
            _ = try await world.worker("dead").record(world.eight, segment: segment, window: 10)
            try await world.expireLease(of: world.eight)
            let other = world.worker("b")
            #expect(try await other.claim(world.nine, alone: false) == .noSlot(limit: 1))
            #expect(try await other.claim(world.eight, alone: false).claim != nil)
            // That one dies too; when its reservation has run out, others may have the connection.
            try await world.expireLease(of: world.eight)
            try await world.expireSlots()
            #expect(try await other.claim(world.nine, alone: false).claim != nil)
            #expect(try await world.slots().allSatisfy { $0.hasPrefix("live-9|") })
        }
    }

    @Test func manyStreamsNeverReserveMoreThanThereIs() async throws {
        try await OwnershipFixture.with { world in
            try await world.setLimit(3)
            let streams = (1...20).map { StreamID.live($0) }
            for stream in streams { try await world.want(stream) }
            let outcomes = try await withThrowingTaskGroup(of: StreamOwnership.ClaimOutcome.self) { group in
                for stream in streams {
                    group.addTask { try await world.worker("w").claim(stream, alone: false) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.compactMap(\.claim).count == 3)
            #expect(outcomes.filter { $0 == .noSlot(limit: 3) }.count == 17)
            #expect(try await world.slots().count == 3)
        }
    }
}
