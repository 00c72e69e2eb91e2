import Contracts
import Redis
import TestSupport
import Testing

/// Streams whose worker died before they had produced anything.
struct SuspectTests {
    @Test func onlyWhatCrashesAloneIsPoison() async throws {
        try await OwnershipFixture.with { world in
            try await world.setLimit(1)
            try await world.want(world.eight)
            let worker = world.worker("a")
            _ = try #require(try await worker.claim(world.eight, alone: false).claim)
            // The worker died in company: the stream is a suspect, and counted once however often it is asked for.
            try await world.expireLease(of: world.eight)
            for _ in 0..<3 { #expect(try await worker.claim(world.eight, alone: false) == .needsIdleWorker) }
            let alone = try #require(try await worker.claim(world.eight, alone: true).claim)
            #expect(alone.isSuspect)
            // It died again, alone this time.
            try await world.expireLease(of: world.eight)
            #expect(try await worker.claim(world.eight, alone: true) == .refused)
            let status = try await world.status(world.eight)
            #expect(status.state == .failed && status.reason?.code == "poison" && status.owner.isEmpty)
            #expect(try await world.redis.send(["LLEN", .text(world.keys.deadLetters)]).integer == 1)
            #expect(try await world.slots().isEmpty)
            #expect(try await worker.claim(world.eight, alone: true) == .refused)
            // After its minute it is still a suspect; one segment clears it.
            try await world.set(world.keys.stream(world.eight), "retry_at", 1)
            #expect(try await worker.claim(world.eight, alone: false) == .needsIdleWorker)
            let last = try #require(try await worker.claim(world.eight, alone: true).claim)
            let segment = LiveSegment.made(last.nextSequence, epoch: last.epoch)
            #expect(try await worker.record(world.eight, segment: segment, window: 10))
            try await world.expireLease(of: world.eight)
            #expect(try await worker.claim(world.eight, alone: false).claim?.isSuspect == false)
        }
    }

    /// Where every worker always has something to do a suspect would wait for ever.
    @Test func aSuspectWaitsForAnIdleWorkerForABoundedTime() async throws {
        try await OwnershipFixture.with { world in
            try await world.setLimit(1)
            try await world.want(world.eight)
            let worker = world.worker("a")
            _ = try #require(try await worker.claim(world.eight, alone: false).claim)
            for crash in 1...3 {
                try await world.expireLease(of: world.eight)
                #expect(try await worker.claim(world.eight, alone: false) == .needsIdleWorker)
                let wait = try await world.number(world.keys.stream(world.eight), "alone_until") - world.now()
                // A minute, then two, then four.
                let longest = Int64(60_000) << (crash - 1)
                #expect((longest / 2...longest).contains(wait), "\(wait)")
                try await world.set(world.keys.stream(world.eight), "alone_until", 1)
                let inCompany = try #require(try await worker.claim(world.eight, alone: false).claim)
                #expect(inCompany.isSuspect)
            }
            // A worker of an older version says nothing of it.
            try await world.expireLease(of: world.eight)
            #expect(try await worker.claim(world.eight, alone: false) == .needsIdleWorker)
            _ = try await world.redis.send(["HDEL", .text(world.keys.stream(world.eight)), "alone_until"])
            #expect(try await worker.claim(world.eight, alone: false) == .needsIdleWorker)
            #expect(try await world.number(world.keys.stream(world.eight), "alone_until") > world.now() + 240_000)
            // What crashes alone is poison, and runs in company no more for an hour.
            _ = try #require(try await worker.claim(world.eight, alone: true).claim)
            try await world.expireLease(of: world.eight)
            #expect(try await worker.claim(world.eight, alone: true) == .refused)
            try await world.set(world.keys.stream(world.eight), "retry_at", 1)
            #expect(try await worker.claim(world.eight, alone: false) == .needsIdleWorker)
            let wait = try await world.number(world.keys.stream(world.eight), "alone_until") - world.now()
            #expect((3_500_000...3_600_000).contains(wait), "\(wait)")
        }
    }
}
