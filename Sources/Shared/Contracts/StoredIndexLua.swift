/// The Lua of `StoredIndex`. KEYS: bitmap, record, sum of bytes, set of renditions.

/// `changed` is finer than ms: two changes never look like one.
let storedPrelude = """
    local function touch()
      redis.call('HSET', KEYS[2], 'changed', string.format('%.0f', t[1] * 1000000 + t[2]))
    end
    local function add(bytes)
      if bytes == 0 then return end
      redis.call('HINCRBY', KEYS[2], 'bytes', bytes)
      redis.call('INCRBY', KEYS[3], bytes)
    end
    local function pending(change)
      redis.call('HSET', KEYS[2], 'pending', math.max(0, (tonumber(redis.call('HGET', KEYS[2], 'pending') or '') or 0) + change))
    end
    local function drop(name, bytesStay)
      if not bytesStay then add(-(tonumber(redis.call('HGET', KEYS[2], 'bytes') or '') or 0)) end
      redis.call('DEL', KEYS[1], KEYS[2])
      redis.call('SREM', KEYS[4], name)
    end

    """

let storeAdmitLua = """
    if redis.call('GETBIT', KEYS[1], ARGV[1]) == 1 then return 'stored' end
    local bytes = tonumber(ARGV[2])
    if (tonumber(redis.call('GET', KEYS[3]) or '') or 0) + bytes > tonumber(ARGV[3]) then return 'full' end
    add(bytes)
    pending(1)
    touch()
    redis.call('HSET', KEYS[2], 'used', string.format('%.0f', now))
    redis.call('SADD', KEYS[4], ARGV[4])
    return 'admitted'
    """

/// When another store has committed the same segment meanwhile, its reservation counts and this one goes. When the rendition
/// was forgotten meanwhile, it begins anew with this segment.
let storeCommitLua = """
    redis.call('LREM', KEYS[5], 1, ARGV[5])
    local bytes = tonumber(ARGV[2])
    if redis.call('HEXISTS', KEYS[2], 'bytes') == 1 then pending(-1) end
    if redis.call('SETBIT', KEYS[1], ARGV[1], 1) == 1 then
      add(-bytes)
      return 0
    end
    if redis.call('HEXISTS', KEYS[2], 'bytes') == 0 then
      add(bytes)
      redis.call('SADD', KEYS[4], ARGV[4])
    end
    redis.call('HINCRBY', KEYS[2], 'count', 1)
    redis.call('HINCRBY', KEYS[2], 'encode', ARGV[3])
    redis.call('HSET', KEYS[2], 'used', string.format('%.0f', now))
    touch()
    return 1
    """

let storeReleaseLua = """
    if redis.call('HEXISTS', KEYS[2], 'bytes') == 0 then return 0 end
    add(-tonumber(ARGV[1]))
    pending(-1)
    touch()
    local h = redis.call('HMGET', KEYS[2], 'bytes', 'count')
    if (tonumber(h[1] or '') or 0) <= 0 and (tonumber(h[2] or '') or 0) <= 0 then drop(ARGV[2]) end
    return 1
    """

/// The bytes of the one are not known: the mean is taken off, and the next reconciliation sets it right.
let storeLostLua = """
    if redis.call('SETBIT', KEYS[1], ARGV[1], 0) == 0 then return 0 end
    local h = redis.call('HMGET', KEYS[2], 'bytes', 'count', 'encode')
    local bytes, count, encode = tonumber(h[1] or '') or 0, tonumber(h[2] or '') or 0, tonumber(h[3] or '') or 0
    if count <= 1 then
      drop(ARGV[2])
      return 1
    end
    add(-math.floor(bytes / count))
    redis.call('HINCRBY', KEYS[2], 'encode', -math.floor(encode / count))
    redis.call('HINCRBY', KEYS[2], 'count', -1)
    touch()
    return 1
    """

let storeUsedLua = """
    if redis.call('EXISTS', KEYS[2]) == 0 then return 0 end
    return redis.call('HSET', KEYS[2], 'used', string.format('%.0f', now))
    """

/// Never while a write is under way; one of ten minutes ago has died with its store. The sum keeps the bytes until they are
/// deleted.
let storeForgetLua = """
    local h = redis.call('HMGET', KEYS[2], 'changed', 'promised', 'pending')
    if (h[1] or '0') ~= ARGV[1] or (tonumber(h[2] or '') or 0) > now then return false end
    if (tonumber(h[3] or '') or 0) > 0 and now - tonumber(h[1] or '0') / 1000 < 600000 then return false end
    local map = redis.call('GET', KEYS[1]) or ''
    drop(ARGV[2], true)
    return map
    """

let storeReconcileLua = """
    local h = redis.call('HMGET', KEYS[2], 'changed', 'bytes', 'count', 'encode', 'used')
    if (h[1] or '0') ~= ARGV[1] then return 0 end
    local count, bytes = tonumber(ARGV[3]), tonumber(ARGV[4])
    local old = tonumber(h[2] or '') or 0
    if count == 0 then
      if not h[1] then return 0 end
      drop(ARGV[2])
      return 1
    end
    if old == bytes and tonumber(h[3] or '') == count and redis.call('GET', KEYS[1]) == ARGV[7] then return 0 end
    add(bytes - old)
    redis.call('SET', KEYS[1], ARGV[7])
    redis.call('HSET', KEYS[2], 'count', count, 'pending', 0)
    if not h[4] then redis.call('HSET', KEYS[2], 'encode', ARGV[6]) end
    if (tonumber(h[5] or '') or 0) < tonumber(ARGV[5]) then redis.call('HSET', KEYS[2], 'used', ARGV[5]) end
    touch()
    redis.call('SADD', KEYS[4], ARGV[2])
    return 1
    """

/// Sets the sum right, should a store have died between forgetting and deleting. ARGV[1]: the keys' prefix.
let storeSumLua = """
    local sum = 0
    for _, name in ipairs(redis.call('SMEMBERS', KEYS[1])) do
      local stream, version, rendition = string.match(name, '^([^/]+)/([^/]+)/([^/]+)$')
      local key = ARGV[1] .. ':{' .. stream .. '}:group:' .. version .. ':' .. rendition
      sum = sum + (tonumber(redis.call('HGET', key, 'bytes') or '') or 0)
    end
    redis.call('SET', KEYS[2], string.format('%.0f', sum))
    return 1
    """

let storeTurnLua = """
    local last = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '') or 0
    if now >= last and now - last < tonumber(ARGV[2]) then return 0 end
    redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', now))
    return 1
    """
