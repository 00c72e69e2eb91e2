/// The Lua of `CatalogStore`.

let catalogReadLua = """
    local h = redis.call('HMGET', KEYS[1], 'version', 'chunks', 'entries', 'bytes', 'failure', 'expires_at')
    return {h[1] or '0', h[2] or '0', h[3] or '0', h[4] or '0', h[5] or false, h[6] or '0', string.format('%.0f', now)}
    """

let catalogWishLua = """
    local wish = {v=1, kind=ARGV[1], deadline=now+tonumber(ARGV[2]), request=ARGV[3]}
    redis.call('LPUSH', KEYS[1], cjson.encode(wish))
    redis.call('LTRIM', KEYS[1], 0, tonumber(ARGV[4]) - 1)
    return 1
    """

/// A list that was stored far in the future means that the server's clock was put back: it is loaded anew.
let catalogBeginLua = """
    local deadline, instance, patience, channel = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), ARGV[4]
    if deadline < now then return 'late' end
    local h = redis.call('HMGET', KEYS[1], 'stored_at', 'expires_at', 'asking_until', 'draft', 'version')
    if now < (tonumber(h[2] or '') or 0) and (tonumber(h[1] or '') or 0) <= now + 1000 then
      redis.call('PUBLISH', channel, 'catalog')
      return 'answered'
    end
    local untilWhen = tonumber(h[3] or '') or 0
    if untilWhen > now and untilWhen <= now + patience then return 'busy' end
    local last = math.max(tonumber(h[4] or '') or 0, tonumber(h[5] or '') or 0)
    local draft = string.format('%.0f', math.max(last + 1, now))
    redis.call('HSET', KEYS[1], 'asking_until', string.format('%.0f', now + patience), 'asking_by', instance,
      'draft', draft)
    return draft
    """

private let isOurs = """
    local ours = redis.call('HMGET', KEYS[1], 'asking_by', 'draft')
    if ours[1] ~= ARGV[1] or ours[2] ~= ARGV[2] then return 0 end

    """

let catalogRenewLua =
    isOurs + """
        redis.call('HSET', KEYS[1], 'asking_until', string.format('%.0f', now + tonumber(ARGV[3])))
        return 1
        """

/// Forgets images at random, as `metadata.store` does: those of the list come back when it is loaded again.
let catalogTrimLua = """
    local excess = redis.call('HLEN', KEYS[1]) - tonumber(ARGV[1])
    while excess > 0 do
      redis.call('HDEL', KEYS[1], unpack(redis.call('HRANDFIELD', KEYS[1], math.min(excess, 1000))))
      excess = excess - 1000
    end
    return 1
    """

let catalogCommitLua =
    isOurs + """
        local old = redis.call('HGET', KEYS[1], 'version')
        redis.call('HDEL', KEYS[1], 'asking_until', 'asking_by')
        if redis.call('HLEN', KEYS[2]) ~= tonumber(ARGV[3]) + 1 then
          redis.call('UNLINK', KEYS[2])
          return 0
        end
        redis.call('PERSIST', KEYS[2])
        redis.call('HSET', KEYS[1], 'version', ARGV[2], 'chunks', ARGV[3], 'entries', ARGV[4], 'bytes', ARGV[5],
          'stored_at', string.format('%.0f', now), 'expires_at', string.format('%.0f', now + tonumber(ARGV[6])))
        redis.call('HDEL', KEYS[1], 'failure')
        if old and old ~= ARGV[2] then redis.call('UNLINK', ARGV[8] .. old) end
        redis.call('PUBLISH', ARGV[7], 'catalog')
        return 1
        """

let catalogFailLua =
    isOurs + """
        redis.call('HDEL', KEYS[1], 'asking_until', 'asking_by')
        redis.call('HSET', KEYS[1], 'stored_at', string.format('%.0f', now),
          'expires_at', string.format('%.0f', now + tonumber(ARGV[4])))
        if redis.call('HEXISTS', KEYS[1], 'version') == 0 then redis.call('HSET', KEYS[1], 'failure', ARGV[3]) end
        redis.call('UNLINK', KEYS[2])
        redis.call('PUBLISH', ARGV[5], 'catalog')
        return 1
        """

let catalogAbandonLua =
    isOurs + """
        redis.call('HDEL', KEYS[1], 'asking_until', 'asking_by')
        redis.call('UNLINK', KEYS[2])
        redis.call('PUBLISH', ARGV[3], 'abandoned')
        return 1
        """
