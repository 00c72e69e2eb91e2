/// Defines `suspicion(crashes)`, in ms: how long a stream that crashed its worker before it had produced anything is only run by a worker that
/// runs nothing else. A minute, twice as long after each further crash, an hour at most: where no worker is ever idle
/// it is tried in company then, or it could never be watched again (`docs/decisions/0041-suspects-wait-a-minute.md`).
///
/// `provenSuspicion` is the same for what crashed alone. `needsIdleWorker(key, crashes, aloneUntil)` says whether that time is not over yet.
let suspicionLua = """
    local provenSuspicion = 3600000
    local function suspicion(crashes) return math.min(provenSuspicion, 60000 * 2 ^ math.min(crashes - 1, 6)) end
    local function needsIdleWorker(key, crashes, aloneUntil)
      if crashes > 0 and aloneUntil == 0 then
        -- Counted by a worker of an older version.
        aloneUntil = now + suspicion(crashes)
        redis.call('HSET', key, 'alone_until', string.format('%.0f', aloneUntil))
      end
      return crashes > 0 and now < aloneUntil
    end

    """
