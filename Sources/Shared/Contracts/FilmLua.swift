/// The Lua of `FilmDemand`, `FilmOwnership` and `FilmSlot`. Field names of the hashes are spelled here and in `FilmStatus`.

let filmLookLua = """
    return {redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2]), string.format('%.0f', now)}
    """

/// Wishes keep the time when they were first made (their order) beside the time until which they mean something.
/// Beyond the limit new wishes are dropped: whoever waits makes them again.
let filmWantLua = """
    local stream, request, lease, patience, deadline = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
    local limit, container, hold, channel, most = tonumber(ARGV[6]), ARGV[7], tonumber(ARGV[8]), ARGV[9], tonumber(ARGV[10])
    local wishes = tonumber(ARGV[11])
    local fresh = 0
    for i = 12, 11 + wishes do
      if redis.call('ZSCORE', KEYS[3], ARGV[i]) or redis.call('ZCARD', KEYS[3]) < most then
        fresh = fresh + redis.call('ZADD', KEYS[3], 'NX', now, ARGV[i])
        redis.call('HSET', KEYS[4], ARGV[i], string.format('%.0f', now + hold))
      end
    end
    for i = 12 + wishes, #ARGV do redis.call('ZADD', KEYS[5], now, ARGV[i]) end
    redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', now - 60000)
    redis.call('ZREMRANGEBYRANK', KEYS[5], 0, -201)
    redis.call('ZADD', KEYS[6], now, stream)
    redis.call('ZADD', KEYS[7], now, stream)
    if container ~= '' then redis.call('HSET', KEYS[2], 'container', container) end
    -- A cache, which has to end some day: what was looked into is worth more than what somebody says of a film.
    redis.call('EXPIRE', KEYS[2], redis.call('HEXISTS', KEYS[2], 'info') == 1 and 604800 or 3600)
    local s = redis.call('HMGET', KEYS[1], 'lease_until', 'owner', 'retry_at', 'claim_at')
    local isBarred = barred(KEYS[9], lease)
    if (tonumber(s[1] or '') or 0) >= now then
      if fresh > 0 then redis.call('PUBLISH', channel, 'wish') end
    elseif (tonumber(s[3] or '') or 0) <= now and not ((s[2] or '') ~= '' and isBarred)
      and now - (tonumber(s[4] or '') or 0) >= patience then
      redis.call('HSET', KEYS[1], 'claim_at', string.format('%.0f', now))
      redis.call('LPUSH', KEYS[8], cjson.encode({v=1, stream=stream, deadline=now+deadline, request=request}))
      redis.call('LTRIM', KEYS[8], 0, limit - 1)
    end
    return {redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2]), string.format('%.0f', now)}
    """

/// As `ownershipClaimLua`, without the slot. A dead predecessor's connection goes with it: a film's next owner takes its place.
let filmClaimLua = """
    local stream, worker, lease, alone, channel = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4] == '1', ARGV[5]
    local h = redis.call('HMGET', KEYS[1], 'owner', 'epoch', 'lease_until', 'retry_at', 'produced', 'crashes', 'ran_alone',
      'crash_epoch', 'alone_until')
    local owner, epoch = h[1] or '', tonumber(h[2] or '') or 0
    local isBarred = barred(KEYS[3], lease)
    if owner ~= '' and (tonumber(h[3] or '') or 0) >= now then return {'taken'} end
    if owner ~= '' and isBarred then return {'barred'} end
    if (tonumber(h[4] or '') or 0) > now then return {'refused'} end
    if now - (tonumber(redis.call('ZSCORE', KEYS[4], stream) or '') or 0) > 5000 then return {'unwanted'} end
    local crashes, aloneUntil = tonumber(h[6] or '') or 0, tonumber(h[9] or '') or 0
    if owner ~= '' and h[5] ~= '1' and h[8] ~= h[2] then
      crashes = crashes + 1
      aloneUntil = now + suspicion(crashes)
      redis.call('HSET', KEYS[1], 'crashes', crashes, 'crash_epoch', h[2], 'alone_until', string.format('%.0f', aloneUntil))
      if h[7] == '1' and crashes >= 2 then
        local reason = cjson.encode({v=1, code='poison', message='This film crashes the transcoder; it is refused for a minute.'})
        redis.call('HSET', KEYS[1], 'state', 'failed', 'reason', reason, 'retry_at', string.format('%.0f', now + 60000),
          'crashes', 1, 'owner', '', 'lease_until', 0, 'alone_until', string.format('%.0f', now + provenSuspicion))
        redis.call('LPUSH', KEYS[5], cjson.encode({v=1, stream=stream, at=now, epoch=epoch, reason='poison'}))
        redis.call('LTRIM', KEYS[5], 0, tonumber(ARGV[6]) - 1)
        redis.call('PUBLISH', channel, 'state')
        return {'refused'}
      end
    end
    if needsIdleWorker(KEYS[1], crashes, aloneUntil) and not alone then return {'needs_idle_worker'} end
    epoch = math.max(epoch + 1, now)
    redis.call('HSET', KEYS[1], 'owner', worker, 'epoch', string.format('%.0f', epoch),
      'lease_until', string.format('%.0f', now + lease), 'state', 'claimed', 'produced', '0', 'retry_at', '0',
      'ran_alone', alone and '1' or '0')
    redis.call('HDEL', KEYS[1], 'release_at', 'reason')
    redis.call('ZADD', KEYS[6], now, stream)
    redis.call('PUBLISH', channel, 'state')
    local film = redis.call('HMGET', KEYS[2], 'info', 'container', 'at')
    return {'claimed', string.format('%.0f', epoch), crashes > 0 and '1' or '0', film[1] or '', film[2] or '',
      string.format('%.0f', math.max(0, now - (tonumber(film[3] or '') or 0)))}
    """

let filmRenewLua = """
    local stream, worker, epoch, lease, grace = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
    barred(KEYS[7], lease)
    local h = redis.call('HMGET', KEYS[1], 'owner', 'epoch', 'refresh_at')
    if not h[2] then
      redis.call('HSET', KEYS[1], 'owner', worker, 'epoch', epoch, 'state', 'ready', 'produced', '1')
    elseif h[1] ~= worker or h[2] ~= epoch then
      return {'lost'}
    end
    redis.call('HSET', KEYS[1], 'lease_until', string.format('%.0f', now + lease))
    if ARGV[7] ~= '' then redis.call('HSET', KEYS[1], 'produced', ARGV[7]) end
    local slot = stream .. '|' .. epoch
    if ARGV[6] == '1' and redis.call('HEXISTS', KEYS[5], slot) == 1 then
      redis.call('HSET', KEYS[5], slot, string.format('%.0f', now + lease + grace))
    end
    redis.call('ZADD', KEYS[8], now, stream)
    local wishes = {}
    for _, wish in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
      if (tonumber(redis.call('HGET', KEYS[3], wish) or '') or 0) < now then
        redis.call('ZREM', KEYS[2], wish)
        redis.call('HDEL', KEYS[3], wish)
      else
        wishes[#wishes + 1] = wish
      end
    end
    for _, other in ipairs(redis.call('ZRANGE', KEYS[6], 0, -1)) do
      if now - (tonumber(redis.call('ZSCORE', KEYS[9], other) or '') or 0) > 5000 then redis.call('ZREM', KEYS[6], other) end
    end
    local waiting = redis.call('ZCARD', KEYS[6])
    if redis.call('ZSCORE', KEYS[6], stream) then waiting = waiting - 1 end
    return {'renewed', string.format('%.0f', now), wishes,
      redis.call('ZREVRANGEBYSCORE', KEYS[4], '+inf', now - 60000, 'WITHSCORES'),
      redis.call('ZSCORE', KEYS[9], stream) or '0', waiting, h[3] or '0'}
    """

let filmDescribeLua = """
    if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
    redis.call('HSET', KEYS[1], 'state', ARGV[2])
    redis.call('HDEL', KEYS[1], 'reason')
    if ARGV[3] ~= '' then
      redis.call('HSET', KEYS[2], 'info', ARGV[3], 'at', string.format('%.0f', now))
      redis.call('EXPIRE', KEYS[2], 604800)
    end
    redis.call('PUBLISH', ARGV[4], 'state')
    return 1
    """

/// What was known of the film is wrong: it is probed anew.
let filmForgetLua = """
    if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
    return redis.call('HDEL', KEYS[2], 'info', 'at')
    """

let filmDeliverLua = """
    for i = 3, #ARGV do
      redis.call('ZREM', KEYS[2], ARGV[i])
      redis.call('HDEL', KEYS[3], ARGV[i])
      redis.call('PUBLISH', ARGV[2], ARGV[i])
    end
    if redis.call('HGET', KEYS[1], 'epoch') == ARGV[1] then
      redis.call('HSET', KEYS[1], 'state', 'ready', 'produced', '1', 'crashes', '0')
    end
    return 1
    """

/// Reserves one provider connection for the film's owner. Reservations of earlier owners of the same film are its own. Those lent to viewers
/// (`FilmLoan`) are others', unless nothing else is in the way: then they are what the provider would end.
let filmReserveLua = """
    local stream, epoch, hold, channel = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
    local h = redis.call('HMGET', KEYS[1], 'epoch', 'state')
    if h[1] ~= epoch then return {'lost'} end
    local isBarred = barred(KEYS[5], tonumber(ARGV[5]))
    local limit = tonumber(redis.call('HGET', KEYS[3], 'limit') or '')
    local others, mine, lent = 0, {}, {}
    local slots = redis.call('HGETALL', KEYS[2])
    for i = 1, #slots, 2 do
      local name, holder = string.match(slots[i], '^(.*)|(.*)$')
      if name == stream and string.find(holder, '\(FilmLoan.mark)', 1, true) ~= 1 then mine[#mine + 1] = slots[i]
      elseif tonumber(slots[i + 1]) < now and not isBarred then redis.call('HDEL', KEYS[2], slots[i])
      else
        others = others + 1
        if name == stream then lent[#lent + 1] = slots[i] end
      end
    end
    if limit and limit > 0 and others >= limit and #lent == others then
      for _, slot in ipairs(lent) do redis.call('HDEL', KEYS[2], slot) end
      others = 0
    end
    if not limit or others >= limit then
      redis.call('ZADD', KEYS[4], 'NX', now, stream)
      local code, message = 'no_free_connection', 'All connections of the provider account are in use.'
      if not limit then code, message = 'provider_unknown', 'The provider account has not answered yet.' end
      redis.call('HSET', KEYS[1], 'state', 'waiting_slot', 'reason', cjson.encode({v=1, code=code, message=message}))
      if h[2] ~= 'waiting_slot' then redis.call('PUBLISH', channel, 'state') end
      return {limit and 'no_slot' or 'limit_unknown'}
    end
    for _, slot in ipairs(mine) do redis.call('HDEL', KEYS[2], slot) end
    redis.call('HSET', KEYS[2], stream .. '|' .. epoch, string.format('%.0f', now + hold))
    redis.call('ZREM', KEYS[4], stream)
    if h[2] == 'waiting_slot' then
      redis.call('HSET', KEYS[1], 'state', 'opening')
      redis.call('HDEL', KEYS[1], 'reason')
      redis.call('PUBLISH', channel, 'state')
    end
    return {'reserved'}
    """

/// Gives the connection back and wakes whoever waits for one.
let filmFreeLua = """
    local stream, epoch, prefix = ARGV[1], ARGV[2], ARGV[3]
    if redis.call('HDEL', KEYS[1], stream .. '|' .. epoch) == 0 then return 0 end
    wakeWaiting(KEYS[2], KEYS[3], KEYS[4], prefix, tonumber(ARGV[4]), tonumber(ARGV[5]))
    return 1
    """
