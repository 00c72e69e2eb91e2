/// The Lua of `UsageLedger`.

/// Counting, remembering the id and leaving the processing list happen together or not at all.
let usageCountLua = """
    redis.call('LREM', KEYS[1], 1, ARGV[1])
    if redis.call('ZSCORE', KEYS[3], ARGV[2]) then return 0 end
    redis.call('ZADD', KEYS[3], now, ARGV[2])
    redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -(tonumber(ARGV[5]) + 1))
    redis.call('ZADD', KEYS[4], ARGV[4], ARGV[3])
    local room = tonumber(ARGV[6]) - redis.call('HLEN', KEYS[2])
    for i = 7, #ARGV, 2 do
      if room > 0 or redis.call('HEXISTS', KEYS[2], ARGV[i]) == 1 then
        if redis.call('HINCRBY', KEYS[2], ARGV[i], ARGV[i + 1]) == tonumber(ARGV[i + 1]) then room = room - 1 end
      end
    end
    return 1
    """

let usageForgetLua = """
    local last = math.floor(now / 86400000) - tonumber(ARGV[1])
    local days = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. last, 'LIMIT', 0, 100)
    for _, day in ipairs(days) do
      redis.call('DEL', ARGV[2] .. day)
      redis.call('ZREM', KEYS[1], day)
    end
    return #days
    """
