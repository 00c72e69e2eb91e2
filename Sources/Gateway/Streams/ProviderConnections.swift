import Contracts
import Redis

/// Who holds the provider's connections: decides how long a viewer waits for one (DESIGN §4, slots).
struct ProviderConnections: Sendable {
    let redis: RedisClient
    let keys: Keys

    /// Whether every connection in use has a viewer seen lately. If not, an idle channel is about to give way.
    /// - Parameter now: Redis ms.
    func areWatched(at now: Int64) async throws -> Bool {
        let streams = Set(try await holders(at: now))
        guard !streams.isEmpty else { return false }
        let since = RedisArgument(now - Leases.viewerFresh)
        let counts = try await redis.pipeline(
            streams.map { ["ZCOUNT", .text(keys.viewers($0)), since, "+inf"] })
        return counts.allSatisfy { ($0.integer ?? 0) > 0 }
    }

    /// Streams that have a connection reserved.
    func holders(at now: Int64) async throws -> [StreamID] {
        try await redis.send(["HGETALL", .text(keys.slots)]).dictionary.compactMap { name, until in
            guard (until.integer ?? 0) >= now else { return nil }
            return name.split(separator: "|").first.flatMap { StreamID(String($0)) }
        }
    }
}
