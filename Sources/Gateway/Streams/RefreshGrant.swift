import Contracts
import Redis

/// Lets one refresh of a stream through in ten seconds, over all gateways (API.md): a provider that is asked for tokens
/// too often refuses the account.
struct RefreshGrant: Sendable {
    let redis: RedisClient
    let keys: Keys

    /// Milliseconds between two refreshes of a stream.
    static let interval: Int64 = 10_000
    /// The record holds a field per refreshed stream; past this it begins anew, which at worst lets one refresh more through.
    private static let maximumStreams: Int64 = 10_000

    /// Milliseconds to wait, or `nil`: granted, and the stream's owner is told to connect again with a newer token.
    func take(_ stream: StreamID) async throws -> Int64? {
        let reply = try await redis.run(
            Self.script, keys: [keys.refreshes, keys.stream(stream)],
            arguments: [.text(stream.description), .integer(Self.interval), .integer(Self.maximumStreams)])
        return reply.integer.flatMap { $0 > 0 ? $0 : nil }
    }

    private static let script = RedisScript(
        "stream.refresh",
        """
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        local interval = tonumber(ARGV[2])
        local last = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '') or 0
        local wait = last + interval - now
        if last > 0 and wait > 0 and wait <= interval then return wait end
        if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[3]) then redis.call('DEL', KEYS[1]) end
        redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', now))
        if (redis.call('HGET', KEYS[2], 'owner') or '') ~= '' then
          redis.call('HSET', KEYS[2], 'refresh_at', string.format('%.0f', now))
        end
        return 0
        """)
}
