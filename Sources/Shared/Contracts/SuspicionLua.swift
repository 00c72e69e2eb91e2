/// Defines `suspicion(crashes)`: how long a stream that crashed its worker before it had produced anything is only run by a worker that
/// runs nothing else, in ms. A minute, twice as long after each further crash, an hour at most: where no worker is ever idle
/// it is tried in company then, or it could never be watched again (`docs/decisions/0041-suspects-wait-a-minute.md`).
///
/// And `provenSuspicion`, the same for what crashed alone.
let suspicionLua = """
    local provenSuspicion = 3600000
    local function suspicion(crashes) return math.min(provenSuspicion, 60000 * 2 ^ math.min(crashes - 1, 6)) end

    """
