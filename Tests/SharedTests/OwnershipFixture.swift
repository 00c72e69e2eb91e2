import Contracts
import Foundation
import Redis
import TestSupport

/// The contracts of one installation on a private Redis, with ways to let time pass without waiting for it.
struct OwnershipFixture: Sendable {
    let redis: RedisClient
    let keys: Keys
    let eight = StreamID.live(8)
    let nine = StreamID.live(9)

    static func with(_ body: (OwnershipFixture) async throws -> Void) async throws {
        try await withRedis { redis, prefix in
            try await body(OwnershipFixture(redis: redis, keys: Keys(prefix: prefix)))
        }
    }

    var demand: StreamDemand { StreamDemand(redis: redis, keys: keys) }
    var sessions: PlaybackSessions { PlaybackSessions(redis: redis, keys: keys) }

    func worker(_ name: String) -> StreamOwnership { StreamOwnership(redis: redis, keys: keys, instance: name) }

    func now() async throws -> Int64 {
        let time = try await redis.send(["TIME"]).array?.compactMap(\.integer) ?? []
        return time[0] * 1000 + time[1] / 1000
    }

    // MARK: The world

    func setLimit(_ limit: Int) async throws { try await set(keys.slotLimit, "limit", Int64(limit)) }

    /// Somebody wants these, and goes on wanting them for as long as the test takes: a wish fades within 5 s.
    func want(_ streams: StreamID...) async throws {
        let later = try await now() + 600_000
        for stream in streams {
            _ = try await redis.send(["ZADD", .text(keys.wanted), .integer(later), .text("\(stream)")])
        }
    }

    func forgetWish(for stream: StreamID) async throws {
        _ = try await redis.send(["ZREM", .text(keys.wanted), .text("\(stream)")])
    }

    /// The stream's owner has been silent for longer than its lease, and others have not.
    func expireLease(of stream: StreamID) async throws { try await set(keys.stream(stream), "lease_until", 1) }

    func expireSlots() async throws {
        for slot in try await slots() { try await set(keys.slots, slot, 1) }
    }

    /// Nobody has spoken with Redis for ten seconds.
    func beAway() async throws { try await set(keys.boot, "last_tick", now() - 10_000) }
    func endBar() async throws { try await set(keys.boot, "barred_until", 1) }

    // MARK: Looking

    func slots() async throws -> [String] {
        try await redis.send(["HKEYS", .text(keys.slots)]).array?.compactMap(\.string) ?? []
    }

    func claims() async throws -> [LiveClaim] {
        let texts = try await redis.send(["LRANGE", .text(keys.liveClaims), 0, -1]).array?.compactMap(\.string) ?? []
        return try texts.map { try LiveClaim(json: $0) }
    }

    func status(_ stream: StreamID) async throws -> StreamStatus { try await demand.status(of: stream) }

    /// 0 if there is none.
    func number(_ key: String, _ field: String) async throws -> Int64 {
        try await redis.send(["HGET", .text(key), .text(field)]).integer ?? 0
    }

    func set(_ key: String, _ field: String, _ value: Int64) async throws {
        _ = try await redis.send(["HSET", .text(key), .text(field), .integer(value)])
    }
}

extension StreamOwnership.ClaimOutcome {
    /// The claim, if it succeeded.
    var claim: StreamOwnership.Claimed? { if case .claimed(let claim) = self { claim } else { nil } }
}

extension StreamOwnership.RenewOutcome {
    var renewal: StreamOwnership.Renewal? { if case .renewed(let renewal) = self { renewal } else { nil } }
}

extension StreamReport {
    static let idle = StreamReport(
        source: "running", renditions: ["720p"], speed: 1, cores: 1, reconnects: 0, shedLevel: 0, tokenAge: 0,
        tokenTimeToLive: 1)
}

extension LiveSegment {
    static func made(_ sequence: Int64, epoch: Int64, discontinuities: Int64 = 0) -> LiveSegment {
        LiveSegment(
            sequence: sequence, epoch: epoch, start: 0, duration: 360_000, programDate: 0, discontinuity: false,
            discontinuitySequence: discontinuities, parts: ["720p": Part(byteCount: 1)])
    }
}
