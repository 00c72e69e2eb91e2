/// The Lua of `TokenStore`. Field names of the token hash are spelled here and in `ResolvedToken.init(fields:)`.

let tokenReadLua = """
    return {redis.call('HGETALL', KEYS[1]), string.format('%.0f', now)}
    """

let tokenWishLua = """
    local wish = {v=1, id=string.format('%.0f', now), stream=ARGV[1], deadline=now+tonumber(ARGV[3]), request=ARGV[4]}
    if ARGV[2] ~= '' then wish.failedSerial = tonumber(ARGV[2]) end
    if ARGV[6] ~= '' then wish.container = ARGV[6] end
    redis.call('LPUSH', KEYS[1], cjson.encode(wish))
    redis.call('LTRIM', KEYS[1], 0, tonumber(ARGV[5]) - 1)
    return 1
    """

let tokenDropLua = """
    redis.call('HDEL', KEYS[1], 'url', 'failure', 'resolved_at', 'ttl', 'retry_at')
    return tonumber(redis.call('HGET', KEYS[1], 'serial') or '') or 0
    """

/// An answer serves if it is newer than the one that failed, and still young (a token) or still in force (a failure).
/// One from the future means that the server's clock was put back: it does not serve.
let tokenBeginLua = """
    local failed, deadline, resolver, patience, channel = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4]), ARGV[5]
    if deadline < now then return {'late'} end
    local h = redis.call('HMGET', KEYS[1], 'serial', 'url', 'failure', 'resolved_at', 'ttl', 'retry_at', 'resolving_until')
    local serial, age = tonumber(h[1] or '') or 0, now - (tonumber(h[4] or '') or 0)
    if age >= -1000 and (not failed or serial > failed) then
      local isYoung = h[2] and age < (tonumber(h[5] or '') or 0)
      local isInForce = h[3] and now < (tonumber(h[6] or '') or 0)
      if isYoung or isInForce then
        redis.call('PUBLISH', channel, 'token')
        return {'answered', string.format('%.0f', math.max(0, age))}
      end
    end
    local untilWhen = tonumber(h[7] or '') or 0
    if untilWhen > now and untilWhen <= now + 60000 then return {'busy'} end
    redis.call('HSET', KEYS[1], 'resolving_until', string.format('%.0f', now + patience), 'resolving_by', resolver)
    return {'proceed'}
    """

/// Serials go on upwards even where Redis has lost the last one: an answer older than the one that failed would never serve.
let tokenStoreLua = """
    local resolver, url, failure = ARGV[1], ARGV[2], ARGV[3]
    local h = redis.call('HMGET', KEYS[1], 'serial', 'resolving_by')
    if h[2] and h[2] ~= resolver then return 0 end
    local serial = string.format('%.0f', math.max((tonumber(h[1] or '') or 0) + 1, now))
    redis.call('HDEL', KEYS[1], 'resolving_until', 'resolving_by', 'url', 'failure')
    redis.call('HSET', KEYS[1], 'serial', serial, 'resolved_at', string.format('%.0f', now), 'ttl', ARGV[4],
      'retry_at', string.format('%.0f', now + tonumber(ARGV[5])))
    if url ~= '' then redis.call('HSET', KEYS[1], 'url', url) else redis.call('HSET', KEYS[1], 'failure', failure) end
    redis.call('ZADD', KEYS[2], now, ARGV[6])
    redis.call('PUBLISH', ARGV[7], 'token')
    return tonumber(serial)
    """

let tokenAbandonLua = """
    if redis.call('HGET', KEYS[1], 'resolving_by') ~= ARGV[1] then return 0 end
    redis.call('HDEL', KEYS[1], 'resolving_until', 'resolving_by')
    redis.call('PUBLISH', ARGV[2], 'abandoned')
    return 1
    """
