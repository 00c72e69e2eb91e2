import Redis

/// Commands that a Redis has run, by `INFO commandstats`: those that scripts call are among them.
struct RedisCalls: Sendable {
    private let counts: [String: Int]

    static let none = RedisCalls(counts: [:])

    static func now(_ clients: [RedisClient]) async throws -> RedisCalls {
        var counts: [String: Int] = [:]
        for client in clients {
            let text = try await client.send(["INFO", "commandstats"]).string ?? ""
            for line in text.split(whereSeparator: \.isNewline) where line.hasPrefix("cmdstat_") {
                let parts = line.dropFirst("cmdstat_".count).split(separator: ":")
                let calls = parts.last?.split(separator: ",").first?.split(separator: "=").last.flatMap { Int($0) }
                counts[String(parts[0]), default: 0] += calls ?? 0
            }
        }
        return RedisCalls(counts: counts)
    }

    var total: Int { counts.values.reduce(0, +) }
    /// Runs of scripts: what the gateways' demand and the owners' records and renewals are.
    var scripts: Int { counts["evalsha"] ?? 0 }

    static func - (later: RedisCalls, earlier: RedisCalls) -> RedisCalls {
        RedisCalls(counts: later.counts.merging(earlier.counts.mapValues { -$0 }) { $0 + $1 })
    }

    /// The most frequent ones, for people.
    var top: String {
        counts.sorted { $0.value > $1.value }.prefix(5).map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}
