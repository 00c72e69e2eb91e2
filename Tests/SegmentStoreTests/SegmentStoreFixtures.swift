import Contracts
import Foundation
import Logging
import NIOPosix
import Redis
import Runtime
import ServiceLifecycle
import TestSupport

@testable import SegmentStore

/// A real Redis with a client, and the parts of the product that leave things in it.
struct Ground {
    let server: RedisServer
    let redis: RedisClient
    let keys: Keys

    static func with(_ body: (Ground) async throws -> Void) async throws {
        try await RedisServer.withServer { server in
            try await withRedis(on: server) { client in
                try await body(Ground(server: server, redis: client, keys: Keys(prefix: "store")))
            }
        }
    }

    var ledger: UsageLedger { UsageLedger(redis: redis, keys: keys) }
    var reaper: Reaper { Reaper(redis: redis, media: redis, keys: keys) }
    var demand: StreamDemand { StreamDemand(redis: redis, keys: keys) }
    func owner(_ name: String) -> StreamOwnership { StreamOwnership(redis: redis, keys: keys, instance: name) }

    /// The service itself, as its executable runs it.
    func host(_ instance: String, _ more: [String: String] = [:]) async throws -> ServiceHost {
        let environment = [
            "REDIS_URL": server.url, "REDIS_KEY_PREFIX": keys.prefix, "ADMIN_PORT": "0", "INSTANCE_ID": instance,
            "REAP_INTERVAL": "100ms",
        ].merging(more) { $1 }
        let runtime = try ServiceRuntime(
            service: .segmentStore, settings: Settings(environment: environment), logger: quietLogger())
        return try await ServiceHost(runtime) { try await SegmentStoreApp.build($0) }
    }

    func exists(_ key: String) async throws -> Bool { try await redis.send(["EXISTS", .text(key)]).integer == 1 }

    /// Every key under the prefix.
    func allKeys() async throws -> Set<String> {
        let reply = try await redis.send(["KEYS", .text(keys.prefix + ":*")])
        return Set((reply.array ?? []).compactMap(\.string))
    }

    /// Makes `stream` wanted, claimed by `owner` and two segments long, bytes included; returns its epoch.
    @discardableResult
    func run(_ stream: StreamID, owner name: String) async throws -> Int64 {
        _ = try await redis.send(["HSET", .text(keys.slotLimit), "limit", "5"])
        _ = try await demand.want(stream, sessions: ["s1"], renditions: ["720p"], request: "r")
        let owner = owner(name)
        guard case .claimed(let claim) = try await owner.claim(stream, alone: true) else { throw NotClaimed() }
        for index in 0..<2 {
            let segment = LiveSegment(
                sequence: claim.nextSequence + Int64(index), epoch: claim.epoch, start: 900_000, duration: 90_000,
                programDate: 0, discontinuity: false, discontinuitySequence: 0,
                parts: ["720p": .init(byteCount: 3), "360p": .init(byteCount: 3)])
            for rendition in segment.parts.keys {
                let name = keys.segment(stream, epoch: claim.epoch, sequence: segment.sequence, rendition: rendition)
                _ = try await redis.send(["SET", .text(name), "abc", "EX", "600"])
            }
            _ = try await owner.record(stream, segment: segment, window: 10)
        }
        return claim.epoch
    }

    struct NotClaimed: Error {}

    /// Makes a stream look as if nothing had happened to it for `milliseconds`.
    func age(_ stream: StreamID, by milliseconds: Int64) async throws {
        for key in [keys.known, keys.wanted] {
            _ = try await redis.send(["ZINCRBY", .text(key), .integer(-milliseconds), .text(stream.description)])
        }
        for field in ["lease_until", "epoch", "next_sequence"] {
            let amount = field == "next_sequence" ? milliseconds / 1000 : milliseconds
            _ = try await redis.send(["HINCRBY", .text(keys.stream(stream)), .text(field), .integer(-amount)])
        }
    }
}

/// Asks again and again until the answer is yes.
func eventually(within patience: Duration = .seconds(30), _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + patience
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(20))
    }
    throw NeverHappened()
}

struct NeverHappened: Error {}
