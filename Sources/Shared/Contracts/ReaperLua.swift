/// The Lua of `Reaper`.

let reapQuietLua = """
    if barred(KEYS[2], tonumber(ARGV[3])) then return {} end
    return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[1]), 'LIMIT', 0, tonumber(ARGV[2]))
    """

/// Quiet: no live lease, nobody wanted it and nobody owned it for `ARGV[2]` ms.
///
/// The record itself goes only when a new one could not run backwards: sequence numbers restart at the Unix time in
/// seconds and epochs at Redis time in ms, so both must lie in the past. A refusal that still holds is kept too, and a suspicion.
let reapStreamLua = """
    local stream, quiet, forget, lease = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
    local h = redis.call('HMGET', KEYS[1], 'owner', 'lease_until', 'epoch', 'next_sequence', 'retry_at', 'state',
      'handed_over', 'crashes', 'alone_until')
    local last = math.max(tonumber(redis.call('ZSCORE', KEYS[6], stream) or '') or 0,
      tonumber(redis.call('ZSCORE', KEYS[7], stream) or '') or 0)
    if barred(KEYS[11], lease) or (tonumber(h[2] or '') or 0) + quiet > now or now - last < quiet then return {'kept', {}} end

    local records = redis.call('LRANGE', KEYS[2], 0, -1)
    redis.call('DEL', KEYS[2], KEYS[3], KEYS[4], KEYS[12], KEYS[13], KEYS[14])
    redis.call('ZREM', KEYS[6], stream)
    redis.call('ZREM', KEYS[8], stream)
    -- What is lent to a viewer who was sent to the provider lasts as long as the provider counts it.
    local slots = redis.call('HGETALL', KEYS[9])
    for i = 1, #slots, 2 do
      local lasts = string.find(slots[i], '|\(FilmLoan.mark)', 1, true) and (tonumber(slots[i + 1]) or 0) >= now
      if string.match(slots[i], '^(.*)|') == stream and not lasts then
        redis.call('HDEL', KEYS[9], slots[i])
      end
    end
    if (h[1] or '') ~= '' or h[7] == '1' then
      redis.call('HSET', KEYS[1], 'owner', '', 'lease_until', '0')
      redis.call('HDEL', KEYS[1], 'release_at', 'report', 'handed_over')
      if h[6] ~= 'failed' and h[6] ~= 'ended' then redis.call('HSET', KEYS[1], 'state', 'idle') end
    end

    local runsOn = (tonumber(h[4] or '') or 0) >= math.floor(now / 1000) or (tonumber(h[3] or '') or 0) >= now
    local isSuspect = (tonumber(h[8] or '') or 0) > 0 and (tonumber(h[9] or '') or 0) > now
    if now - last < forget or runsOn or isSuspect or (tonumber(h[5] or '') or 0) > now then return {'emptied', records} end
    redis.call('DEL', KEYS[1], KEYS[5])
    redis.call('HDEL', KEYS[10], stream)
    redis.call('ZREM', KEYS[7], stream)
    return {'forgotten', records}
    """

let reapFleetLua = """
    local silent, old, lease = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
    if barred(KEYS[6], lease) then return 0 end
    local removed = 0
    local beats = redis.call('HGETALL', KEYS[1])
    for i = 1, #beats, 2 do
      if now - (tonumber(string.match(beats[i + 1], '^%d+')) or 0) > silent then
        removed = removed + redis.call('HDEL', KEYS[1], beats[i])
      end
    end
    for _, key in ipairs({KEYS[2], KEYS[5]}) do
      local patience = key == KEYS[5] and old or 0
      local entries = redis.call('HGETALL', key)
      for i = 1, #entries, 2 do
        if now - (tonumber(entries[i + 1]) or 0) > patience then removed = removed + redis.call('HDEL', key, entries[i]) end
      end
    end
    for _, stream in ipairs(redis.call('ZRANGE', KEYS[4], 0, -1)) do
      if now - (tonumber(redis.call('ZSCORE', KEYS[3], stream) or '') or 0) > silent then
        removed = removed + redis.call('ZREM', KEYS[4], stream)
      end
    end
    return removed + redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - old)
    """
