import Redis

/// What a gateway tells the fleet about one wanted stream, once a second, and what it learns in return.
///
/// One script per wanted stream and tick: it notes the demand and, if nobody owns the stream, pushes a claim
/// (level-triggered: a lost claim is pushed again, a double one finds the lease taken).
public struct StreamDemand: Sendable {
    private let redis: RedisClient
    private let keys: Keys

    public init(redis: RedisClient, keys: Keys) {
        self.redis = redis
        self.keys = keys
    }

    /// What the script saw. `window` and `info` are read separately when a hint says that they changed.
    public struct Answer: Sendable, Equatable {
        public let status: StreamStatus
        /// Sessions that were reported but have moved to another channel since: stop counting them.
        public let movedSessions: [String]
    }

    /// Notes that `sessions` and `renditions` of `stream` were wanted since the last tick.
    ///
    /// - Parameters:
    ///   - sessions: playback sessions seen since the last tick, at most `maximumSessions` a call (split larger sets).
    ///   - renditions: names of renditions asked for since the last tick. A stream keeps 64; further ones wait until one of them has not
    ///     been wanted for a minute.
    ///   - request: id of the request that began it, for logs.
    public func want(
        _ stream: StreamID, sessions: [String], renditions: [String], request: String
    ) async throws -> Answer {
        let reply = try await redis.run(
            Self.wantScript,
            keys: [
                keys.stream(stream), keys.demand(stream), keys.viewers(stream), keys.wanted, keys.known,
                keys.liveClaims, keys.boot, keys.sessions, keys.sessionsSeen,
            ],
            arguments: [
                .text(stream.description), .text(request), .integer(Leases.lease), .integer(Leases.claimPatience),
                .integer(Leases.claimDeadline), RedisArgument(Limits.claims), RedisArgument(sessions.count),
                .text(keys.streamChannel(stream)), .integer(Leases.renditionNews),
            ] + sessions.map { .text($0) } + renditions.map { .text($0) })
        guard let parts = reply.array, parts.count == 2, let moved = parts[1].array else {
            throw RedisError(.protocolViolation, "unexpected answer to want")
        }
        return Answer(status: StreamStatus(fields: parts[0].dictionary), movedSessions: moved.compactMap(\.string))
    }

    /// Reads a stream's status without wanting it.
    public func status(of stream: StreamID) async throws -> StreamStatus {
        let reply = try await redis.send(["HGETALL", .text(keys.stream(stream))])
        return StreamStatus(fields: reply.dictionary)
    }

    /// The window, oldest first. Records that this version cannot read are left out.
    public func window(of stream: StreamID) async throws -> [LiveSegment] {
        let reply = try await redis.send(["LRANGE", .text(keys.window(stream)), 0, -1])
        return (reply.array ?? []).compactMap { $0.string.flatMap { try? LiveSegment(json: $0) } }
    }

    /// Status and window in one round trip, without wanting the stream.
    ///
    /// The status is read first: a record made between the two is one more in the window, never one less.
    public func look(at stream: StreamID) async throws -> (status: StreamStatus, window: [LiveSegment]) {
        let replies = try await redis.pipeline([
            ["TIME"], ["HGETALL", .text(keys.stream(stream))], ["LRANGE", .text(keys.window(stream)), 0, -1],
        ])
        guard replies.count == 3, let now = replies[0].milliseconds, replies[1].array != nil,
            let records = replies[2].array
        else { throw RedisError(.protocolViolation, "unexpected answer to look") }
        var fields = replies[1].dictionary
        fields["now"] = .integer(now)
        return (StreamStatus(fields: fields), records.compactMap { $0.string.flatMap { try? LiveSegment(json: $0) } })
    }

    /// Sessions of one call. They are written by few commands with many members each, so that a full house costs Redis as many
    /// commands as an empty one; Lua can pass 8,000 values to a command, and a session takes two.
    public static let maximumSessions = 2_000

    private static let wantScript = RedisScript(
        "stream.want",
        RedisTime.prelude + RedisTime.bar + """
            local stream, request = ARGV[1], ARGV[2]
            local lease, patience, deadline, limit = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
            local count = tonumber(ARGV[7])
            local moved = {}
            local channel, news = ARGV[8], tonumber(ARGV[9])
            local first = 10
            if count > 0 then
              local watches = redis.call('HMGET', KEYS[8], unpack(ARGV, first, first + count - 1))
              local here, bound = {}, {}
              for i = 1, count do
                local session = ARGV[first + i - 1]
                if watches[i] and watches[i] ~= stream then
                  moved[#moved + 1] = session
                else
                  here[#here + 1] = now
                  here[#here + 1] = session
                  if watches[i] then
                    bound[#bound + 1] = now
                    bound[#bound + 1] = session
                  end
                end
              end
              if #moved > 0 then redis.call('ZREM', KEYS[3], unpack(moved)) end
              if #here > 0 then redis.call('ZADD', KEYS[3], unpack(here)) end
              if #bound > 0 then redis.call('ZADD', KEYS[9], unpack(bound)) end
            end
            local wanted = count == 0 or #moved < count
            if wanted then
              local isNew = false
              if redis.call('HLEN', KEYS[2]) >= 64 then
                local all = redis.call('HGETALL', KEYS[2])
                for i = 1, #all, 2 do
                  if now - (tonumber(all[i + 1]) or 0) > 60000 then redis.call('HDEL', KEYS[2], all[i]) end
                end
              end
              for i = first + count, #ARGV do
                local before = tonumber(redis.call('HGET', KEYS[2], ARGV[i]) or '') or 0
                if before > 0 or redis.call('HLEN', KEYS[2]) < 64 then
                  isNew = isNew or now - before > news
                  redis.call('HSET', KEYS[2], ARGV[i], now)
                end
              end
              if isNew then redis.call('PUBLISH', channel, 'demand') end
            end
            redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - 60000)
            redis.call('ZADD', KEYS[5], now, stream)
            local s = redis.call('HMGET', KEYS[1], 'lease_until', 'owner', 'retry_at')
            local isBarred = barred(KEYS[7], lease)
            if wanted then
              redis.call('ZADD', KEYS[4], now, stream)
              local owned = (tonumber(s[1] or '') or 0) >= now
              local refused = (tonumber(s[3] or '') or 0) > now
              local takeover = (s[2] or '') ~= ''
              if not owned and not refused and not (takeover and isBarred) then
                local claimed = tonumber(redis.call('HGET', KEYS[2], 'claim_at') or '') or 0
                if now - claimed >= patience then
                  redis.call('HSET', KEYS[2], 'claim_at', now)
                  redis.call('LPUSH', KEYS[6], cjson.encode({v=1, stream=stream, deadline=now+deadline, request=request}))
                  redis.call('LTRIM', KEYS[6], 0, limit - 1)
                end
              end
            end
            local fields = redis.call('HGETALL', KEYS[1])
            fields[#fields + 1] = 'now'
            fields[#fields + 1] = tostring(now)
            return {fields, moved}
            """)
}
