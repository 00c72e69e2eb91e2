import Redis

/// A provider connection lent to a viewer who is sent straight to the provider (direct play by redirect, DESIGN §7).
///
/// Nobody here sees that connection end. So the reservation lasts `duration`; while the provider's own count shows then that the viewer
/// still plays, the TokenService extends it (`SlotLedger.Settlement.extended`).
public struct FilmLoan: Sendable {
    private let redis: RedisClient
    private let keys: Keys

    public init(redis: RedisClient, keys: Keys) {
        self.redis = redis
        self.keys = keys
    }

    public enum Outcome: String, Sendable, Equatable {
        case lent
        /// The film has a connection already: a second one would kill the first (PROVIDER.md).
        case isRead = "is_read"
        /// Every connection of the account is in use, or somebody waits for one.
        case noSlot = "no_slot"
        /// The TokenService has not said yet how many connections there are.
        case limitUnknown = "limit_unknown"
    }

    /// Whether an entry of `Keys.slots` is lent, and not an owner's.
    public static func isLoan(slot name: String) -> Bool { name.contains("|\(mark)") }

    /// What stands in such an entry before the time, where an owner's has its epoch.
    static let mark = "loan-"

    /// Milliseconds. Longer than the TokenService takes to ask the provider twice.
    public static let duration: Int64 = 60_000

    public func take(_ film: StreamID) async throws -> Outcome {
        let reply = try await redis.run(
            Self.script, keys: [keys.slots, keys.slotLimit, keys.slotWaiting, keys.wanted, keys.boot],
            arguments: [.text(film.description), .integer(Self.duration), .integer(Leases.lease)])
        guard let text = reply.string, let outcome = Outcome(rawValue: text) else {
            throw RedisError(.protocolViolation, "unexpected answer to film.lend")
        }
        return outcome
    }

    private static let script = RedisScript(
        "film.lend",
        RedisTime.prelude + RedisTime.bar + """
            local stream, hold = ARGV[1], tonumber(ARGV[2])
            local isBarred = barred(KEYS[5], tonumber(ARGV[3]))
            local limit = tonumber(redis.call('HGET', KEYS[2], 'limit') or '')
            if not limit then return 'limit_unknown' end
            local taken = 0
            local slots = redis.call('HGETALL', KEYS[1])
            for i = 1, #slots, 2 do
              if tonumber(slots[i + 1]) >= now or isBarred then
                if string.match(slots[i], '^(.*)|') == stream then return 'is_read' end
                taken = taken + 1
              end
            end
            for _, other in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do
              if now - (tonumber(redis.call('ZSCORE', KEYS[4], other) or '') or 0) <= 5000 then return 'no_slot' end
            end
            if taken >= limit then return 'no_slot' end
            redis.call('HSET', KEYS[1], string.format('%s|\(mark)%.0f', stream, now), string.format('%.0f', now + hold))
            return 'lent'
            """)
}
