/// The Lua of `UsageLedger`.

/// Counting, remembering the id and leaving the processing list happen together or not at all. Pairs of name and amount follow
/// the arguments: kinds, streams, bytes of streams, views of films.
let usageCountLua = """
    redis.call('LREM', KEYS[1], 1, ARGV[1])
    if redis.call('ZSCORE', KEYS[3], ARGV[2]) then return 0 end
    redis.call('ZADD', KEYS[3], now, ARGV[2])
    redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -(tonumber(ARGV[5]) + 1))
    redis.call('ZADD', KEYS[4], ARGV[4], ARGV[3])
    local at = 14
    local function pairsOf(count, body)
      for i = at, at + count * 2 - 2, 2 do body(ARGV[i], ARGV[i + 1]) end
      at = at + count * 2
    end
    local room = tonumber(ARGV[6]) - redis.call('HLEN', KEYS[2])
    local function note(field, amount)
      if room > 0 or redis.call('HEXISTS', KEYS[2], field) == 1 then
        if redis.call('HINCRBY', KEYS[2], field, amount) == tonumber(amount) then room = room - 1 end
      end
    end
    pairsOf(tonumber(ARGV[10]), function(field, amount)
      note(field, amount)
      redis.call('HINCRBY', KEYS[5], field, amount)
    end)
    pairsOf(tonumber(ARGV[11]), note)
    pairsOf(tonumber(ARGV[12]), function(stream, amount) redis.call('ZINCRBY', KEYS[6], amount, stream) end)
    redis.call('ZREMRANGEBYRANK', KEYS[6], 0, -(tonumber(ARGV[7]) + 1))
    pairsOf(tonumber(ARGV[13]), function(film, amount)
      local old = redis.call('HGET', KEYS[7], film)
      if not old and redis.call('HLEN', KEYS[7]) >= tonumber(ARGV[8]) then return end
      local views, lately, last = string.match(old or '0 0 0', '^(%S+) (%S+) (%S+)$')
      local faded = (tonumber(lately) or 0) * 2 ^ (-math.max(0, now - (tonumber(last) or 0)) / tonumber(ARGV[9]))
      redis.call('HSET', KEYS[7], film, string.format('%.0f %.6f %.0f', (tonumber(views) or 0) + tonumber(amount),
        faded + tonumber(amount), now))
    end)
    return 1
    """

/// A month's largest streams go with its first day.
let usageForgetLua = """
    local last = math.floor(now / 86400000) - tonumber(ARGV[1])
    local days = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. last, 'LIMIT', 0, 100)
    for _, day in ipairs(days) do
      redis.call('DEL', ARGV[2] .. day, ARGV[3] .. day, ARGV[4] .. string.sub(day, 1, 7))
      redis.call('ZREM', KEYS[1], day)
    end
    return #days
    """
