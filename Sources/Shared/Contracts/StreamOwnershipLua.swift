/// The Lua of `StreamOwnership`. Field names of the stream hash are spelled here and in `StreamStatus`.

/// Takes lease and slot in one step. A successor of the same stream takes over its predecessor's slot at once;
/// for other streams a dead owner's slot stays reserved until it expires.
///
/// A crash counts only if the claim had produced nothing, and once per epoch: the second such crash, run alone, makes the
/// stream poison. Until somebody takes the stream its silent owner keeps it: it may only have been paused.
let ownershipClaimLua = """
    local stream, worker, lease, grace, alone = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5] == '1'
    local channel = ARGV[6]
    local h = redis.call('HMGET', KEYS[1], 'owner', 'epoch', 'lease_until', 'retry_at', 'produced', 'crashes',
      'next_sequence', 'discontinuities', 'ran_alone', 'crash_epoch', 'handed_over', 'program_end', 'alone_until')
    local owner, epoch, leaseUntil = h[1] or '', tonumber(h[2] or '') or 0, tonumber(h[3] or '') or 0
    local isBarred = barred(KEYS[5], lease)
    if owner ~= '' and leaseUntil >= now then return {'taken'} end
    if owner ~= '' and isBarred then return {'barred'} end
    if (tonumber(h[4] or '') or 0) > now then return {'refused'} end
    local wanted = tonumber(redis.call('ZSCORE', KEYS[6], stream) or '') or 0
    if now - wanted > 5000 then
      redis.call('ZREM', KEYS[4], stream)
      return {'unwanted'}
    end
    local crashes, aloneUntil = tonumber(h[6] or '') or 0, tonumber(h[13] or '') or 0
    if owner ~= '' and h[5] ~= '1' and h[10] ~= h[2] then
      crashes = crashes + 1
      aloneUntil = now + suspicion(crashes)
      redis.call('HSET', KEYS[1], 'crashes', crashes, 'crash_epoch', h[2], 'alone_until', string.format('%.0f', aloneUntil))
      if h[9] == '1' and crashes >= 2 then
        local reason = cjson.encode({v=1, code='poison', message='This channel crashes the transcoder; it is refused for a minute.'})
        redis.call('HSET', KEYS[1], 'state', 'failed', 'reason', reason, 'retry_at', now + 60000, 'crashes', 1, 'owner', '', 'lease_until', 0,
          'alone_until', string.format('%.0f', now + provenSuspicion))
        redis.call('LPUSH', KEYS[7], cjson.encode({v=1, stream=stream, at=now, epoch=epoch, reason='poison'}))
        redis.call('LTRIM', KEYS[7], 0, tonumber(ARGV[7]) - 1)
        redis.call('HDEL', KEYS[2], stream .. '|' .. epoch)
        redis.call('PUBLISH', channel, 'state')
        return {'refused'}
      end
    end
    if needsIdleWorker(KEYS[1], crashes, aloneUntil) and not alone then return {'needs_idle_worker'} end

    local limit = tonumber(redis.call('HGET', KEYS[3], 'limit') or '')
    local others, mine = 0, {}
    local slots = redis.call('HGETALL', KEYS[2])
    for i = 1, #slots, 2 do
      local name = string.match(slots[i], '^(.*)|')
      if name == stream then mine[#mine + 1] = slots[i]
      elseif tonumber(slots[i + 1]) < now and not isBarred then redis.call('HDEL', KEYS[2], slots[i])
      else others = others + 1 end
    end
    if not limit or others >= limit then
      local code, message = 'no_free_connection', 'All connections of the provider account are in use.'
      if not limit then code, message = 'provider_unknown', 'The provider account has not answered yet.' end
      local state = redis.call('HGET', KEYS[1], 'state')
      redis.call('ZADD', KEYS[4], 'NX', now, stream)
      redis.call('HSET', KEYS[1], 'state', 'waiting_slot', 'reason', cjson.encode({v=1, code=code, message=message}))
      if state ~= 'waiting_slot' then redis.call('PUBLISH', channel, 'state') end
      if not limit then return {'limit_unknown'} end
      return {'no_slot', tostring(limit)}
    end

    for _, slot in ipairs(mine) do redis.call('HDEL', KEYS[2], slot) end
    epoch = math.max(epoch + 1, now)
    local seconds = math.floor(now / 1000)
    local nextSequence = tonumber(h[7] or '') or 0
    local continues = nextSequence > 0 and 1 or 0
    local goesOn = continues == 1 and (owner ~= '' or h[11] == '1')
    -- A cold restart leaves a hole, also within seconds: what was before it is nobody's play.
    if not goesOn then nextSequence = math.max(nextSequence + 1, seconds) end
    redis.call('HSET', KEYS[2], string.format('%s|%.0f', stream, epoch), string.format('%.0f', now + lease + grace))
    redis.call('HSET', KEYS[1], 'owner', worker, 'epoch', string.format('%.0f', epoch),
      'lease_until', string.format('%.0f', now + lease), 'state', 'claimed', 'produced', '0', 'retry_at', '0',
      'ran_alone', alone and '1' or '0', 'next_sequence', string.format('%.0f', nextSequence))
    redis.call('HDEL', KEYS[1], 'release_at', 'reason', 'handed_over')
    redis.call('ZREM', KEYS[4], stream)
    redis.call('ZADD', KEYS[8], now, stream)
    redis.call('PUBLISH', channel, 'state')
    return {'claimed', string.format('%.0f', epoch), string.format('%.0f', nextSequence), h[8] or '0',
      tostring(continues), crashes > 0 and '1' or '0', h[12] or '0'}
    """

/// Extends lease and slot if the epoch is still this owner's. If Redis lost the record (restart without its file),
/// the owner that speaks first is believed, as long as its epoch is not behind.
let ownershipRenewLua = """
    local stream, worker, epoch = ARGV[1], ARGV[2], ARGV[3]
    local lease, grace, fresh = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
    barred(KEYS[6], lease)
    local h = redis.call('HMGET', KEYS[1], 'owner', 'epoch', 'release_at', 'refresh_at')
    local restored = 0
    if not h[2] then
      restored = 1
      redis.call('HSET', KEYS[1], 'owner', worker, 'epoch', epoch, 'state', 'ready', 'produced', '1')
    elseif h[1] ~= worker or h[2] ~= epoch then
      return {'lost'}
    end
    redis.call('HSET', KEYS[1], 'lease_until', string.format('%.0f', now + lease), 'report', ARGV[7])
    redis.call('HSET', KEYS[2], stream .. '|' .. epoch, string.format('%.0f', now + lease + grace))
    redis.call('ZADD', KEYS[7], now, stream)
    local last = redis.call('ZREVRANGE', KEYS[3], 0, 0, 'WITHSCORES')
    local viewers = redis.call('ZCOUNT', KEYS[3], now - fresh, '+inf')
    for _, other in ipairs(redis.call('ZRANGE', KEYS[5], 0, -1)) do
      local wanted = tonumber(redis.call('ZSCORE', KEYS[8], other) or '') or 0
      if now - wanted > 5000 then redis.call('ZREM', KEYS[5], other) end
    end
    local release = h[3] and 1 or 0
    if release == 1 and viewers > 0 then
      release = 0
      redis.call('HDEL', KEYS[1], 'release_at')
    end
    return {'renewed', string.format('%.0f', now), last[2] or '0', viewers, redis.call('HGETALL', KEYS[4]),
      redis.call('ZCARD', KEYS[5]), release, h[4] or '0', restored}
    """

let ownershipDescribeLua = """
    if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
    redis.call('HSET', KEYS[1], 'state', ARGV[2])
    if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'info', ARGV[3]) end
    redis.call('PUBLISH', ARGV[4], 'state')
    return 1
    """

/// The fence: nothing is recorded under a foreign epoch, nor twice, nor backwards. The window is always one run of sequence
/// numbers, as a playlist needs it: after a cold restart, or a segment that was lost, it begins anew.
let ownershipRecordLua = """
    local h = redis.call('HMGET', KEYS[1], 'epoch', 'next_sequence', 'last_sequence')
    if h[1] ~= ARGV[1] then return 0 end
    local sequence = tonumber(ARGV[2])
    if sequence < (tonumber(h[2] or '') or 0) then return 1 end
    if sequence ~= (tonumber(h[3] or '') or 0) + 1 then redis.call('DEL', KEYS[2]) end
    redis.call('RPUSH', KEYS[2], ARGV[3])
    redis.call('LTRIM', KEYS[2], -tonumber(ARGV[5]), -1)
    redis.call('HSET', KEYS[1], 'next_sequence', string.format('%.0f', sequence + 1), 'discontinuities', ARGV[4],
      'state', 'ready', 'produced', '1', 'crashes', '0', 'last_sequence', ARGV[2], 'program_end', ARGV[7])
    redis.call('HDEL', KEYS[1], 'reason')
    redis.call('PUBLISH', ARGV[6], 'segment')
    return 1
    """

/// Defines `wakeWaiting`: a connection is free; every wanted stream that waits for one is told. A waiting channel has no owner,
/// so it is claimed for; a waiting film has one, which tries again.
let wakeWaitingLua = """
    local function wakeWaiting(waiting, wanted, claims, prefix, deadline, limit)
      for _, other in ipairs(redis.call('ZRANGE', waiting, 0, -1)) do
        if now - (tonumber(redis.call('ZSCORE', wanted, other) or '') or 0) > 5000 then
          redis.call('ZREM', waiting, other)
        elseif string.match(other, '^live%-') then
          redis.call('HSET', prefix .. ':{' .. other .. '}:demand', 'claim_at', now)
          redis.call('LPUSH', claims, cjson.encode({v=1, stream=other, deadline=now+deadline, request='slot-free'}))
        else
          redis.call('PUBLISH', prefix .. ':ch:stream:' .. other, 'slot')
        end
      end
      redis.call('LTRIM', claims, 0, limit - 1)
    end

    """

/// Frees lease and slot, then pushes a claim for every wanted stream that waits for a slot.
///
/// A stream that is handed over and wanted keeps its state and, for a moment, its slot; the claim is pushed for itself.
let ownershipReleaseLua = """
    local stream, epoch, state, reason, retry, prefix = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5]), ARGV[6]
    local deadline, limit, handover = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
    local owned = redis.call('HGET', KEYS[1], 'epoch') == epoch
    local wanted = now - (tonumber(redis.call('ZSCORE', KEYS[4], stream) or '') or 0) <= 5000
    if owned and handover > 0 and wanted then
      redis.call('HSET', KEYS[2], stream .. '|' .. epoch, string.format('%.0f', now + handover))
      redis.call('HSET', KEYS[1], 'owner', '', 'lease_until', '0', 'handed_over', '1')
      redis.call('HDEL', KEYS[1], 'release_at', 'report')
      redis.call('HSET', KEYS[6], 'claim_at', now)
      redis.call('LPUSH', KEYS[5], cjson.encode({v=1, stream=stream, deadline=now+deadline, request='handover'}))
      redis.call('LTRIM', KEYS[5], 0, limit - 1)
      redis.call('PUBLISH', prefix .. ':ch:stream:' .. stream, 'state')
      return 1
    end
    redis.call('HDEL', KEYS[2], stream .. '|' .. epoch)
    if owned then
      redis.call('HSET', KEYS[1], 'owner', '', 'lease_until', '0', 'state', state,
        'retry_at', string.format('%.0f', retry > 0 and now + retry or 0))
      redis.call('HDEL', KEYS[1], 'release_at', 'report')
      if reason ~= '' then redis.call('HSET', KEYS[1], 'reason', reason) else redis.call('HDEL', KEYS[1], 'reason') end
      redis.call('PUBLISH', prefix .. ':ch:stream:' .. stream, 'state')
    end
    wakeWaiting(KEYS[3], KEYS[4], KEYS[5], prefix, deadline, limit)
    return owned and 1 or 0
    """
