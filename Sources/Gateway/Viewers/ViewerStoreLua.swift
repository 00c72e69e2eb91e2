/// The Lua of `ViewerStore`.

/// Defines `now`, Redis ms.
private let timeLua = """
    local t = redis.call('TIME')
    local now = t[1] * 1000 + math.floor(t[2] / 1000)

    """

let viewerPutLua = """
    local isThere = redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1
    if ARGV[3] == '1' then
      if isThere then return -1 end
      if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[4]) then return -2 end
    elseif not isThere then
      return 0
    end
    redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
    redis.call('ZADD', KEYS[3], redis.call('INCR', KEYS[2]), ARGV[1])
    return 1
    """

/// The secret that is replaced stays known, with the time: what it signed is good for a while longer.
let viewerRemoveLua =
    timeLua + """
        if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
        redis.call('ZADD', KEYS[3], redis.call('INCR', KEYS[2]), ARGV[1])
        redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -(tonumber(ARGV[3]) + 1))
        redis.call('DEL', KEYS[4])
        local old = redis.call('GET', KEYS[5])
        if old then
          redis.call('ZADD', KEYS[6], now, old)
          redis.call('ZREMRANGEBYRANK', KEYS[6], 0, -21)
        end
        redis.call('SET', KEYS[5], ARGV[2])
        return 1
        """

let viewerReportLua =
    timeLua + """
        local total = redis.call('HINCRBY', KEYS[1], ARGV[1], ARGV[2])
        if redis.call('HLEN', KEYS[1]) == 1 then redis.call('DEL', KEYS[2]) end
        redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - tonumber(ARGV[4]))
        local answer = {total}
        for i = 5, #ARGV do
          if redis.call('ZSCORE', KEYS[3], ARGV[i]) or redis.call('ZCARD', KEYS[3]) < tonumber(ARGV[3]) then
            redis.call('ZADD', KEYS[3], now, ARGV[i])
          else
            table.insert(answer, ARGV[i])
          end
        end
        return answer
        """
