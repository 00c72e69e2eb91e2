import Contracts
import Redis
import Testing

struct ReaperTests {
    private let stream = StreamID.live(8)
    private let patience = Reaper.Patience()

    @Test func anOwnedOrWantedStreamKeepsEverything() async throws {
        try await Ground.with { ground in
            try await ground.run(stream, owner: "t1")
            let before = try await ground.allKeys()
            #expect(try await ground.reaper.quietStreams(patience).isEmpty)
            #expect(try await ground.reaper.reap(stream, patience) == .kept)
            // Wanted a moment ago, though its owner died long ago.
            try await ground.age(stream, by: 70_000)
            _ = try await ground.demand.want(stream, sessions: [], renditions: ["720p"], request: "r")
            #expect(try await ground.reaper.reap(stream, patience) == .kept)
            #expect(try await ground.allKeys().isSuperset(of: before))
        }
    }

    @Test func aDeadStreamLosesPlaylistAndBytesAndThenItsRecord() async throws {
        try await Ground.with { ground in
            let epoch = try await ground.run(stream, owner: "t1")
            try await ground.age(stream, by: 70_000)
            #expect(try await ground.reaper.quietStreams(patience) == [stream])
            #expect(try await ground.reaper.reap(stream, patience) == .emptied(segments: 2))
            let left = try await ground.allKeys()
            #expect(left.filter { $0.contains("{live-8}") } == [ground.keys.stream(stream)])
            let status = try await ground.demand.status(of: stream)
            #expect(status.owner.isEmpty && status.state == .idle)
            // The zombie of its dead owner records nothing it could be found by: its lease and slot are gone.
            #expect(
                try await ground.redis.send(["HEXISTS", .text(ground.keys.slots), .text("live-8|\(epoch)")]).integer
                    == 0)
            // Nothing more to do until it is old enough to be forgotten.
            #expect(try await ground.reaper.reap(stream, patience) == .emptied(segments: 0))
            try await ground.age(stream, by: 600_000)
            #expect(try await ground.reaper.reap(stream, patience) == .forgotten)
            #expect(try await ground.allKeys().filter { $0.contains("live-8") }.isEmpty)
            #expect(try await ground.reaper.quietStreams(patience).isEmpty)
        }
    }

    @Test func aConnectionThatIsLentOutlastsItsFilm() async throws {
        try await Ground.with { ground in
            try await ground.run(stream, owner: "t1")
            let later = try await ground.redis.send(["TIME"]).array?.first?.integer.map { ($0 + 60) * 1000 } ?? 0
            let lent = ["live-8|loan-1", "live-8|loan-2"]
            _ = try await ground.redis.send(
                ["HSET", .text(ground.keys.slots), .text(lent[0]), .integer(later), .text(lent[1]), .integer(5)])
            try await ground.age(stream, by: 70_000)
            #expect(try await ground.reaper.reap(stream, patience) == .emptied(segments: 2))
            let left = try await ground.redis.send(["HKEYS", .text(ground.keys.slots)]).array?.compactMap(\.string)
            #expect(left == [lent[0]])
        }
    }

    @Test func whatWaitsForAWorkerIsCountedOnceAndOnlyWhileItIsWanted() async throws {
        try await Ground.with { ground in
            let now = try await ground.redis.send(["TIME"]).array?.first?.integer.map { $0 * 1000 } ?? 0
            let (later, past) = (now + 60_000, now - 1)
            let channels: [(Int64, Int64)] = [(8, later), (8, later), (9, later), (10, past)]
            for (channel, deadline) in channels {
                let claim = LiveClaim(stream: .live(channel), deadline: deadline, request: "r")
                _ = try await ground.redis.send(["LPUSH", .text(ground.keys.liveClaims), .text(try claim.json())])
            }
            for deadline in [later, later, past] {
                let claim = FilmClaim(stream: try #require(StreamID("vod-7")), deadline: deadline, request: "r")
                _ = try await ground.redis.send(["LPUSH", .text(ground.keys.filmClaims), .text(try claim.json())])
            }
            _ = try await ground.redis.send(["LPUSH", .text(ground.keys.liveClaims), "{"])
            #expect(try await ground.reaper.waitingClaims() == (2, 1))
        }
    }

    @Test func numbersNeverGoBack() async throws {
        try await Ground.with { ground in
            try await ground.run(stream, owner: "t1")
            let before = try await ground.demand.status(of: stream)
            try await ground.age(stream, by: 700_000)
            // Its numbers ran ahead of the clock, so a new record could begin behind them: the old one must stay.
            _ = try await ground.redis.send([
                "HSET", .text(ground.keys.stream(stream)), "next_sequence", .integer(before.nextSequence + 3600),
            ])
            #expect(try await ground.reaper.reap(stream, patience) == .emptied(segments: 2))
            try await ground.run(stream, owner: "t2")
            let after = try await ground.demand.status(of: stream)
            // One number is left out where a channel starts anew, then come two segments.
            #expect(after.nextSequence == before.nextSequence + 3600 + 1 + 2)
            #expect(after.epoch > before.epoch)
        }
    }

    @Test func aRefusalOutlivesTheQuiet() async throws {
        try await Ground.with { ground in
            let epoch = try await ground.run(stream, owner: "t1")
            let reason = StreamReason(code: "channel_offline", message: "The channel is off the air.")
            _ = try await ground.owner("t1").release(
                stream, epoch: epoch, state: .failed, reason: reason, retryAfter: 60_000)
            try await ground.age(stream, by: 700_000)
            #expect(try await ground.reaper.reap(stream, patience) == .emptied(segments: 2))
            #expect(try await ground.demand.status(of: stream).reason == reason)
        }
    }

    @Test func nothingIsReapedWhileOwnersMayStillRenew() async throws {
        try await Ground.with { ground in
            try await ground.run(stream, owner: "t1")
            try await ground.age(stream, by: 700_000)
            // Redis was away for a minute.
            _ = try await ground.redis.send([
                "HINCRBY", .text(ground.keys.boot), "last_tick", .integer(-60_000),
            ])
            #expect(try await ground.reaper.reap(stream, patience) == .kept)
            #expect(try await ground.reaper.quietStreams(patience).isEmpty)
            _ = try await ground.redis.send(["ZADD", .text(ground.keys.wanted), "1", "live-7"])
            #expect(try await ground.reaper.reapFleet(patience) == 0)
            _ = try await ground.redis.send(["HSET", .text(ground.keys.boot), "barred_until", "0"])
            #expect(try await ground.reaper.reapFleet(patience) > 0)
            #expect(try await ground.reaper.reap(stream, patience) != .kept)
        }
    }

    @Test func theFleetsRegistersLoseOnlyWhatIsStale() async throws {
        try await Ground.with { ground in
            let keys = ground.keys
            let registry = InstanceRegistry(redis: ground.redis, keys: keys)
            try await registry.beat(InstanceStatus(service: "transcoder", instance: "alive", version: "1"))
            try await ground.run(stream, owner: "alive")
            for command: RedisCommand in [
                ["HSET", .text(keys.instances), "dead", "1000 {}"], ["HSET", .text(keys.slots), "live-1|5", "5000"],
                ["ZADD", .text(keys.wanted), "1000", "live-1"], ["ZADD", .text(keys.slotWaiting), "1000", "live-1"],
                ["ZADD", .text(keys.slotWaiting), "1000", "live-8"], ["HSET", .text(keys.refreshes), "live-1", "1000"],
            ] {
                _ = try await ground.redis.send(command)
            }
            #expect(try await ground.reaper.reapFleet(patience) == 5)
            #expect(try await registry.alive().map(\.instance) == ["alive"])
            #expect(try await ground.redis.send(["HLEN", .text(keys.slots)]).integer == 1)
            #expect(
                try await ground.redis.send(["ZRANGE", .text(keys.slotWaiting), 0, -1]).array?.first?.string == "live-8"
            )
        }
    }
}
