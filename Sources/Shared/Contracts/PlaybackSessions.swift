import Redis

/// Which channel each viewer watches, over all gateways (API.md, "Playback sessions and rights").
public struct PlaybackSessions: Sendable {
    private let redis: RedisClient
    private let keys: Keys

    public init(redis: RedisClient, keys: Keys) {
        self.redis = redis
        self.keys = keys
    }

    /// Moves a session to `stream`. If it was the last fresh viewer of another channel, that channel is released at
    /// once: its owner is told to close, so that a one-connection account can zap.
    /// - Parameter timeout: how long it is waited for; `nil`: as for any command.
    @discardableResult
    public func move(_ session: String, to stream: StreamID, timeout: Duration? = nil) async throws -> Move {
        let reply = try await redis.run(
            Self.moveScript, keys: [keys.sessions, keys.sessionsSeen, keys.viewers(stream)],
            arguments: [
                .text(session), .text(stream.description), .text(keys.prefix), .integer(Leases.viewerFresh),
            ], timeout: timeout)
        guard let parts = reply.array, parts.count == 2 else {
            throw RedisError(.protocolViolation, "unexpected answer to move")
        }
        return Move(left: parts[1].string.flatMap { StreamID($0) }, isNew: parts[0].integer == 1)
    }

    /// What a session's request for a channel changed.
    public struct Move: Sendable, Equatable {
        /// The channel that it left, if any.
        public let left: StreamID?
        /// It did not watch this channel before: one more view.
        public let isNew: Bool

        public init(left: StreamID?, isNew: Bool) {
            self.left = left
            self.isNew = isNew
        }
    }

    /// Forgets sessions not seen for `age` ms, at most `limit` of them. Returns how many.
    public func reap(olderThan age: Int64, limit: Int) async throws -> Int {
        let reply = try await redis.run(
            Self.reapScript, keys: [keys.sessions, keys.sessionsSeen], arguments: [.integer(age), RedisArgument(limit)])
        return Int(reply.integer ?? 0)
    }

    private static let moveScript = RedisScript(
        "session.move",
        RedisTime.prelude + """
            local session, stream, prefix, fresh = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
            local old = redis.call('HGET', KEYS[1], session)
            redis.call('HSET', KEYS[1], session, stream)
            redis.call('ZADD', KEYS[2], now, session)
            redis.call('ZADD', KEYS[3], now, session)
            if not old then return {1, ''} end
            if old == stream then return {0, ''} end
            local base = prefix .. ':{' .. old .. '}:'
            redis.call('ZREM', base .. 'viewers', session)
            if redis.call('ZCOUNT', base .. 'viewers', now - fresh, '+inf') == 0 then
              local owner = redis.call('HGET', base .. 'stream', 'owner')
              if owner and owner ~= '' then
                redis.call('HSET', base .. 'stream', 'release_at', now)
                redis.call('PUBLISH', prefix .. ':ch:stream:' .. old, 'release')
              end
            end
            return {1, old}
            """)

    private static let reapScript = RedisScript(
        "session.reap",
        RedisTime.prelude + """
            local old = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - tonumber(ARGV[1]), 'LIMIT', 0, tonumber(ARGV[2]))
            for _, session in ipairs(old) do
              redis.call('HDEL', KEYS[1], session)
              redis.call('ZREM', KEYS[2], session)
            end
            return #old
            """)
}
