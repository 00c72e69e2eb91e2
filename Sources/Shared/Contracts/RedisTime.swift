import Redis

extension RESPValue {
    /// The answer to `TIME` in ms; nil if it is none.
    public var milliseconds: Int64? {
        guard let parts = array?.compactMap(\.integer), parts.count == 2 else { return nil }
        return parts[0] * 1000 + parts[1] / 1000
    }
}

/// Lua that every coordination script begins with.
///
/// Time is the Redis server's own, in milliseconds, so that no two services ever compare their clocks.
/// It also keeps the *bar*: after Redis was away (no tick for 2.5 s while somebody should have ticked, or the clock
/// jumped, or another `run_id`), no stream may be taken over for one lease, so that owners can renew first (DESIGN §4).
enum RedisTime {
    /// Defines `now` (ms).
    static let prelude = """
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)

        """

    /// Defines `barred(key, lease)`: ticks the boot record and says whether takeovers are barred now.
    static let bar = """
        local function barred(boot, lease)
          local b = redis.call('HMGET', boot, 'last_tick', 'barred_until')
          local last = tonumber(b[1] or '') or now
          local untilWhen = tonumber(b[2] or '') or 0
          if now - last > 2500 or now < last - 1000 then
            untilWhen = now + lease
            redis.call('HSET', boot, 'barred_until', untilWhen)
          end
          redis.call('HSET', boot, 'last_tick', now)
          return untilWhen > now
        end

        """
}

/// Durations that the scripts share, in milliseconds (DESIGN §4).
public enum Leases {
    /// How long an owner may be silent before another may take its stream.
    public static let lease: Int64 = 5_000
    /// How long a dead owner's provider connection stays reserved for others.
    public static let slotGrace: Int64 = 15_000
    /// How long the connection of a stream that is handed over stays reserved for its next owner.
    public static let handover: Int64 = 10_000
    /// A claim younger than this is not repeated.
    public static let claimPatience: Int64 = 2_000
    /// How long a claim or wish means something.
    public static let claimDeadline: Int64 = 10_000
    /// A film's piece that nobody asked for again within this is not waited for any more.
    public static let wishPatience: Int64 = 3_000
    /// A rendition that nobody wanted for this long is news to the channel's owner when somebody does.
    public static let renditionNews: Int64 = 5_000
    /// A viewer not seen for this long does not keep a channel from being released.
    public static let viewerFresh: Int64 = 12_000
}
