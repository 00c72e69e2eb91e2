import Contracts
import Redis
import TestSupport
import Testing

/// Claim, renew, record, release: what one owner at a time means.
@Suite struct StreamOwnershipTests {
    @Test func aClaimTakesLeaseAndSlotAndKeepsOthersOut() async throws {
        try await OwnershipFixture.with { world in
            try await world.setLimit(2)
            try await world.want(world.eight)
            let before = try await world.now()
            let claim = try #require(try await world.worker("a").claim(world.eight, alone: false).claim)
            #expect(claim.epoch >= before && claim.nextSequence >= before / 1000)
            #expect(!claim.continues && !claim.isSuspect && claim.discontinuitySequence == 0)
            #expect(try await world.slots() == ["live-8|\(claim.epoch)"])
            #expect(try await world.worker("b").claim(world.eight, alone: true) == .taken)
            let status = try await world.status(world.eight)
            #expect(status.owner == "a" && status.state == .claimed && status.epoch == claim.epoch)
            #expect(status.leaseUntil >= before + Leases.lease)
        }
    }

    @Test func ofManyThatClaimAtOnceOneWins() async throws {
        try await OwnershipFixture.with { world in
            try await world.setLimit(5)
            try await world.want(world.eight)
            let outcomes = try await withThrowingTaskGroup(of: StreamOwnership.ClaimOutcome.self) { group in
                for number in 0..<20 {
                    group.addTask { try await world.worker("w\(number)").claim(world.eight, alone: false) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.compactMap(\.claim).count == 1)
            #expect(outcomes.filter { $0 == .taken }.count == 19)
        }
    }

    @Test func whatNobodyWantsIsNotClaimed() async throws {
        try await OwnershipFixture.with { world in
            try await world.setLimit(1)
            #expect(try await world.worker("a").claim(world.eight, alone: false) == .unwanted)
            #expect(try await world.slots().isEmpty)
        }
    }

    @Test func aSuccessorContinuesAndThePredecessorIsFenced() async throws {
        try await OwnershipFixture.with { world in
            try await world.setLimit(1)
            try await world.want(world.eight)
            let (old, new) = (world.worker("old"), world.worker("new"))
            let first = try #require(try await old.claim(world.eight, alone: false).claim)
            let segment = LiveSegment.made(first.nextSequence, epoch: first.epoch, discontinuities: 3)
            #expect(try await old.record(world.eight, segment: segment, window: 10))
            try await world.expireLease(of: world.eight)

            // Its own predecessor's slot does not stand in its way.
            let second = try #require(try await new.claim(world.eight, alone: false).claim)
            #expect(second.epoch > first.epoch)
            #expect(second.continues && second.nextSequence == first.nextSequence + 1)
            #expect(second.discontinuitySequence == 3)
            #expect(try await world.slots() == ["live-8|\(second.epoch)"])

            // The old owner wakes: nothing that it says counts, and nothing of its successor's is touched.
            #expect(try await old.renew(world.eight, epoch: first.epoch, report: .idle) == .lost)
            let late = LiveSegment.made(first.nextSequence + 1, epoch: first.epoch)
            #expect(try await old.record(world.eight, segment: late, window: 10) == false)
            #expect(try await old.describe(world.eight, epoch: first.epoch, state: .ready, info: nil) == false)
            let released = try await old.release(
                world.eight, epoch: first.epoch, state: .idle, reason: nil, retryAfter: 0)
            #expect(!released)
            #expect(try await world.slots() == ["live-8|\(second.epoch)"])
            #expect(try await world.status(world.eight).owner == "new")
            #expect(try await world.demand.window(of: world.eight) == [segment])
        }
    }

    @Test func theEpochGrowsEvenIfTheClockOfRedisFallsBack() async throws {
        try await OwnershipFixture.with { world in
            try await world.setLimit(1)
            try await world.want(world.eight)
            let ahead = try await world.now() + 1_000_000
            try await world.set(world.keys.stream(world.eight), "epoch", ahead)
            let claim = try #require(try await world.worker("a").claim(world.eight, alone: false).claim)
            #expect(claim.epoch == ahead + 1)
        }
    }

    @Test func anExpiredLeaseStaysItsHoldersUntilAnotherTakesIt() async throws {
        try await OwnershipFixture.with { world in
            try await world.setLimit(1)
            try await world.want(world.eight)
            let owner = world.worker("a")
            let claim = try #require(try await owner.claim(world.eight, alone: false).claim)
            try await world.expireLease(of: world.eight)
            // Another one looked, but may not run a suspect: the owner was only paused and goes on.
            #expect(try await world.worker("b").claim(world.eight, alone: false) == .needsIdleWorker)
            #expect(try await owner.renew(world.eight, epoch: claim.epoch, report: .idle).renewal != nil)
            let segment = LiveSegment.made(claim.nextSequence, epoch: claim.epoch)
            #expect(try await owner.record(world.eight, segment: segment, window: 10))
            try await world.expireLease(of: world.eight)
            #expect(try await world.worker("b").claim(world.eight, alone: false).claim?.isSuspect == false)
        }
    }

    // MARK: Record

    @Test func theWindowIsTrimmedAndTakesNothingTwice() async throws {
        try await OwnershipFixture.with { world in
            try await world.setLimit(1)
            try await world.want(world.eight)
            let owner = world.worker("a")
            let claim = try #require(try await owner.claim(world.eight, alone: false).claim)
            for offset in [0, 1, 1, 0, 2, 3] as [Int64] {
                let segment = LiveSegment.made(claim.nextSequence + offset, epoch: claim.epoch)
                #expect(try await owner.record(world.eight, segment: segment, window: 3))
            }
            let window = try await world.demand.window(of: world.eight)
            #expect(window.map { $0.sequence - claim.nextSequence } == [1, 2, 3])
            let status = try await world.status(world.eight)
            #expect(status.state == .ready && status.nextSequence == claim.nextSequence + 4)
        }
    }

    @Test func afterAColdRestartTheWindowIsOneRunOfNumbers() async throws {
        try await OwnershipFixture.with { world in
            try await world.setLimit(1)
            try await world.want(world.eight)
            let owner = world.worker("a")
            let long = try await world.now() / 1000 - 5000
            try await world.set(world.keys.stream(world.eight), "next_sequence", long)
            try await world.set(world.keys.stream(world.eight), "last_sequence", long - 1)
            let old = try LiveSegment.made(long - 1, epoch: 1).json()
            _ = try await world.redis.send(["RPUSH", .text(world.keys.window(world.eight)), .text(old)])

            let claim = try #require(try await owner.claim(world.eight, alone: false).claim)
            #expect(claim.continues && claim.nextSequence >= long + 5000)
            let segment = LiveSegment.made(claim.nextSequence, epoch: claim.epoch)
            #expect(try await owner.record(world.eight, segment: segment, window: 10))
            #expect(try await world.demand.window(of: world.eight) == [segment])
        }
    }

    @Test func anOwnerThatRedisForgotIsBelieved() async throws {
        try await OwnershipFixture.with { world in
            try await world.setLimit(1)
            try await world.want(world.eight)
            let owner = world.worker("a")
            let claim = try #require(try await owner.claim(world.eight, alone: false).claim)
            _ = try await world.redis.send(["FLUSHALL"])
            #expect(try await owner.renew(world.eight, epoch: claim.epoch, report: .idle).renewal?.wasRestored == true)
            #expect(try await world.slots() == ["live-8|\(claim.epoch)"])
            let segment = LiveSegment.made(claim.nextSequence, epoch: claim.epoch)
            #expect(try await owner.record(world.eight, segment: segment, window: 10))
            #expect(try await owner.renew(world.eight, epoch: claim.epoch, report: .idle).renewal?.wasRestored == false)
        }
    }

    // MARK: Handover

    @Test func aStreamThatIsHandedOverGoesOnAtOnceWithItsNumbersAndItsConnection() async throws {
        try await OwnershipFixture.with { world in
            try await world.setLimit(1)
            try await world.want(world.eight, world.nine)
            let (old, new) = (world.worker("old"), world.worker("new"))
            let first = try #require(try await old.claim(world.eight, alone: false).claim)
            #expect(first.programEnd == 0)
            // It has run for long: time in seconds is far ahead of its numbers.
            let number = first.nextSequence - 5000
            try await world.set(world.keys.stream(world.eight), "next_sequence", number)
            let segment = LiveSegment.made(number, epoch: first.epoch, discontinuities: 2)
            #expect(try await old.record(world.eight, segment: segment, window: 10))
            #expect(try await old.handOver(world.eight, epoch: first.epoch))

            let between = try await world.status(world.eight)
            #expect(between.state == .ready && !between.isOwned && between.owner.isEmpty)
            #expect(try await world.claims().map(\.stream) == [world.eight])
            // Another channel that waits for a connection does not get this one.
            #expect(try await new.claim(world.nine, alone: false) == .noSlot(limit: 1))
            let second = try #require(try await new.claim(world.eight, alone: false).claim)
            #expect(second.continues && second.nextSequence == number + 1 && second.discontinuitySequence == 2)
            #expect(!second.isSuspect && second.epoch > first.epoch && second.programEnd == 4_000)
            #expect(try await world.slots() == ["live-8|\(second.epoch)"])
            // Who is late has nothing left to hand over.
            #expect(try await old.handOver(world.eight, epoch: first.epoch) == false)
            #expect(try await world.status(world.eight).owner == "new")

            // Given back in the usual way, the next one starts afresh.
            _ = try await new.release(world.eight, epoch: second.epoch, state: .idle, reason: nil, retryAfter: 0)
            let third = try #require(try await old.claim(world.eight, alone: false).claim)
            #expect(third.nextSequence > number + 1000)
        }
    }

    @Test func whatNobodyWantsIsNotHandedOver() async throws {
        try await OwnershipFixture.with { world in
            try await world.setLimit(1)
            try await world.want(world.eight)
            let owner = world.worker("a")
            let claim = try #require(try await owner.claim(world.eight, alone: false).claim)
            try await world.forgetWish(for: world.eight)
            #expect(try await owner.handOver(world.eight, epoch: claim.epoch))
            #expect(try await world.status(world.eight).state == .idle)
            #expect(try await world.slots().isEmpty)
            #expect(try await world.claims().isEmpty)
        }
    }

    @Test func aConnectionIsKeptForASuccessorOnlyForAWhile() async throws {
        try await OwnershipFixture.with { world in
            try await world.setLimit(1)
            try await world.want(world.eight, world.nine)
            let owner = world.worker("a")
            let claim = try #require(try await owner.claim(world.eight, alone: false).claim)
            #expect(try await owner.handOver(world.eight, epoch: claim.epoch))
            try await world.expireSlots()
            #expect(try await owner.claim(world.nine, alone: false).claim != nil)
        }
    }

    // MARK: After an absence of Redis

    @Test func takeoversAreBarredForOneLeaseAfterRedisWasAway() async throws {
        try await OwnershipFixture.with { world in
            try await world.setLimit(2)
            try await world.want(world.eight, world.nine)
            let (a, b) = (world.worker("a"), world.worker("b"))
            let claim = try #require(try await a.claim(world.eight, alone: false).claim)
            try await world.expireLease(of: world.eight)
            try await world.beAway()
            #expect(try await b.claim(world.eight, alone: true) == .barred)
            #expect(try await b.claim(world.eight, alone: true) == .barred)
            // What nobody owned can be taken.
            #expect(try await b.claim(world.nine, alone: true).claim != nil)
            // The owner is back in time.
            #expect(try await a.renew(world.eight, epoch: claim.epoch, report: .idle).renewal != nil)
            try await world.endBar()
            #expect(try await b.claim(world.eight, alone: true) == .taken)
            try await world.expireLease(of: world.eight)
            #expect(try await b.claim(world.eight, alone: true).claim != nil)
        }
    }

    // MARK: Failure

    @Test func aFailedStreamIsRefusedForAWhileAndSaysWhy() async throws {
        try await OwnershipFixture.with { world in
            try await world.setLimit(1)
            try await world.want(world.eight)
            let owner = world.worker("a")
            let claim = try #require(try await owner.claim(world.eight, alone: false).claim)
            let reason = StreamReason(code: "channel_offline", message: "The channel is off the air.")
            #expect(
                try await owner.release(
                    world.eight, epoch: claim.epoch, state: .failed, reason: reason, retryAfter: 30_000))
            #expect(try await owner.claim(world.eight, alone: true) == .refused)
            let status = try await world.status(world.eight)
            #expect(status.state == .failed && status.reason == reason && status.owner.isEmpty)
            #expect(try await world.slots().isEmpty)
            try await world.set(world.keys.stream(world.eight), "retry_at", 1)
            let again = try #require(try await owner.claim(world.eight, alone: false).claim)
            #expect(!again.isSuspect && again.epoch > claim.epoch)
        }
    }
}
