/// The Lua of `MetadataStore`.

let metadataReadLua = """
    local h = redis.call('HMGET', KEYS[1], 'value', 'failure', 'expires_at', 'serial')
    return {h[1] or false, h[2] or false, h[3] or '0', h[4] or '0', string.format('%.0f', now)}
    """

let metadataWishLua = """
    local wish = {v=1, subject=ARGV[1], deadline=now+tonumber(ARGV[2]), request=ARGV[3]}
    redis.call('LPUSH', KEYS[1], cjson.encode(wish))
    redis.call('LTRIM', KEYS[1], 0, tonumber(ARGV[4]) - 1)
    return 1
    """

/// One that was stored far in the future means that the server's clock was put back: it does not serve.
let metadataBeginLua = """
    local deadline, instance, patience, channel = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), ARGV[4]
    if deadline < now then return 'late' end
    local h = redis.call('HMGET', KEYS[1], 'stored_at', 'expires_at', 'asking_until')
    if now < (tonumber(h[2] or '') or 0) and (tonumber(h[1] or '') or 0) <= now + 1000 then
      redis.call('PUBLISH', channel, 'metadata')
      return 'answered'
    end
    local untilWhen = tonumber(h[3] or '') or 0
    if untilWhen > now and untilWhen <= now + 60000 then return 'busy' end
    redis.call('HSET', KEYS[1], 'asking_until', string.format('%.0f', now + patience), 'asking_by', instance)
    return 'proceed'
    """

/// Images are forgotten at random when there are too many: which ones are shown is not known here, and one that is asked for
/// again comes back with its film.
let metadataStoreLua = """
    local h = redis.call('HMGET', KEYS[1], 'asking_by', 'serial', 'value')
    if h[1] and h[1] ~= ARGV[1] then return 0 end
    local value, failure, ttl, limit, images = ARGV[2], ARGV[3], tonumber(ARGV[5]), tonumber(ARGV[8]), tonumber(ARGV[9])
    redis.call('HDEL', KEYS[1], 'asking_until', 'asking_by')
    redis.call('HSET', KEYS[1], 'serial', string.format('%.0f', (tonumber(h[2] or '') or 0) + 1),
      'stored_at', string.format('%.0f', now), 'expires_at', string.format('%.0f', now + ttl))
    if value ~= '' then
      redis.call('HSET', KEYS[1], 'value', value)
      redis.call('HDEL', KEYS[1], 'failure')
    elseif ARGV[4] == '1' or not h[3] then
      redis.call('HSET', KEYS[1], 'failure', failure)
      redis.call('HDEL', KEYS[1], 'value')
    end
    redis.call('ZADD', KEYS[2], string.format('%.0f', now), ARGV[6])
    local excess = redis.call('ZCARD', KEYS[2]) - limit
    if excess > 0 then
      for _, old in ipairs(redis.call('ZRANGE', KEYS[2], 0, math.min(excess, 100) - 1)) do
        redis.call('DEL', ARGV[10] .. ':{' .. old .. '}:metadata')
        redis.call('ZREM', KEYS[2], old)
      end
    end
    for i = 11, #ARGV, 2 do redis.call('HSET', KEYS[3], ARGV[i], ARGV[i + 1]) end
    if redis.call('HLEN', KEYS[3]) > images then
      redis.call('HDEL', KEYS[3], unpack(redis.call('HRANDFIELD', KEYS[3], 100)))
    end
    redis.call('PUBLISH', ARGV[7], 'metadata')
    return 1
    """

let metadataAbandonLua = """
    if redis.call('HGET', KEYS[1], 'asking_by') ~= ARGV[1] then return 0 end
    redis.call('HDEL', KEYS[1], 'asking_until', 'asking_by')
    redis.call('PUBLISH', ARGV[2], 'abandoned')
    return 1
    """
