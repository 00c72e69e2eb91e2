/// The Lua of `SlotLedger`. The hash `Keys.slotLimit` is also read by the claim script, which needs `limit` only.

let slotsReadLua = """
    return {redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2]), string.format('%.0f', now)}
    """

/// A lead that ends further in the future than any lease means that the server's clock was put back.
let slotsLeadLua = """
    local lease = tonumber(ARGV[2])
    local h = redis.call('HMGET', KEYS[1], 'leader', 'leader_until')
    local untilWhen = tonumber(h[2] or '') or 0
    if h[1] and h[1] ~= ARGV[1] and untilWhen > now and untilWhen <= now + 4 * lease then return 0 end
    redis.call('HSET', KEYS[1], 'leader', ARGV[1], 'leader_until', string.format('%.0f', now + lease))
    return 1
    """

let slotsResignLua = """
    if redis.call('HGET', KEYS[1], 'leader') ~= ARGV[1] then return 0 end
    redis.call('HDEL', KEYS[1], 'leader', 'leader_until')
    return 1
    """

let slotsSettleLua = """
    if redis.call('HGET', KEYS[2], 'leader') ~= ARGV[1] then return -1 end
    redis.call('HSET', KEYS[2], 'limit', ARGV[2], 'max_connections', ARGV[3], 'foreign', ARGV[4], 'excess', ARGV[5],
      'excess_since', ARGV[6], 'account', ARGV[7], 'active', ARGV[8], 'checked_at', string.format('%.0f', now))
    local freed, hold, rest = 0, tonumber(ARGV[9]), 11 + 2 * tonumber(ARGV[10])
    for i = 11, #ARGV, 2 do
      if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] then
        if i < rest then
          redis.call('HDEL', KEYS[1], ARGV[i])
          freed = freed + 1
        else
          redis.call('HSET', KEYS[1], ARGV[i], string.format('%.0f', now + hold))
        end
      end
    end
    local slots = redis.call('HGETALL', KEYS[1])
    for i = 1, #slots, 2 do
      if (tonumber(slots[i + 1]) or 0) < now then redis.call('HDEL', KEYS[1], slots[i]) end
    end
    return freed
    """
