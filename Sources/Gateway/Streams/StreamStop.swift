import Contracts
import Redis

/// The operator's stop of a channel or film: its owner is fenced off and closes the source; for a minute nobody starts it anew.
struct StreamStop: Sendable {
    let redis: RedisClient
    let keys: Keys

    /// Milliseconds for which it is refused to viewers.
    static let refusedFor: Int64 = 60_000
    static let reason = StreamReason(
        code: "stopped_by_operator", message: "The operator has stopped this; try again in a minute.")

    /// Returns whether somebody owned it. The provider connection stays reserved until the owner has closed it and says so.
    func stop(_ stream: StreamID) async throws -> Bool {
        let reply = try await redis.run(
            Self.script, keys: [keys.stream(stream)],
            arguments: [
                .text(try Self.reason.json()), .integer(Self.refusedFor), .text(keys.streamChannel(stream)),
            ])
        return reply.integer == 1
    }

    private static let script = RedisScript(
        "stream.stop",
        """
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        local h = redis.call('HMGET', KEYS[1], 'owner', 'epoch')
        local owned = (h[1] or '') ~= ''
        if not h[2] then return 0 end
        local epoch = math.max((tonumber(h[2]) or 0) + 1, now)
        redis.call('HSET', KEYS[1], 'owner', '', 'lease_until', '0', 'state', 'failed', 'reason', ARGV[1],
          'epoch', string.format('%.0f', epoch), 'retry_at', string.format('%.0f', now + tonumber(ARGV[2])))
        redis.call('HDEL', KEYS[1], 'release_at', 'report')
        redis.call('PUBLISH', ARGV[3], 'release')
        return owned and 1 or 0
        """)
}
