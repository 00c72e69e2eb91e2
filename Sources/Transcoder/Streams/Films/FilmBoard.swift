import Contracts
import Synchronization

/// What is wanted of a film and who makes it now: shared by the owner's tasks and its media threads.
final class FilmBoard: Sendable {
    private struct State {
        var schedule = FilmSchedule()
        /// What each run makes now.
        var runs: [Int: FilmPiece] = [:]
        var nextRun = 0
        /// When each available piece was delivered.
        var delivered: [FilmPiece: ContinuousClock.Instant] = [:]
        var isDescribed = false
        /// Anything at all, ever.
        var hasDelivered = false
        /// See `rests`.
        var isResting = false
        var isClosed = false

        /// No run may begin while Redis has been told that nothing is made.
        var mayBegin: Bool { !isClosed && (hasDelivered || !isResting) }
    }

    /// Bytes live for `FilmDelivery.lifetime` on the media Redis; counted as there for a little less.
    private static let believed = FilmDelivery.lifetime - .seconds(10)
    private let state = Mutex(State())

    /// - Parameter counts: pieces of each rendition.
    func describe(counts: [String: Int]) {
        state.withLock { state in
            state.schedule.counts = counts
            state.isDescribed = true
        }
    }

    /// Renditions of which storage has to be asked what it has.
    var watched: Set<String> { state.withLock { $0.schedule.watched } }

    /// Takes over what storage has of the renditions that are watched. One that is left out is not read ahead.
    func note(stored: [String: StoredMap]) { state.withLock { $0.schedule.stored = stored } }

    /// Takes over what a renewal said. A piece that is wished for again after it was delivered is gone, and made again.
    /// - Parameter asked: when the renewal was asked for.
    func update(_ renewal: FilmOwnership.Renewal, asked: ContinuousClock.Instant) {
        state.withLock { state in
            state.schedule.wishes = renewal.wishes
            state.schedule.positions = renewal.positions
            for wish in renewal.wishes where state.delivered[wish].map({ $0 < asked }) ?? false {
                state.delivered[wish] = nil
            }
            state.delivered = state.delivered.filter { asked - $0.value < Self.believed }
            state.schedule.available = Set(state.delivered.keys)
        }
    }

    /// The best piece that no run comes to by itself, as a run of its own; `nil`: there is none.
    /// - Parameter readsAhead: `false`: only what somebody waits for.
    func begin(readsAhead: Bool) -> (run: Int, piece: FilmPiece)? {
        state.withLock { state in
            guard state.mayBegin else { return nil }
            let runs = Array(state.runs.values)
            let wanted = state.schedule.wanted()
            guard
                let piece = wanted.first(where: { piece in
                    (readsAhead || state.schedule.wishes.contains(piece))
                        && !state.schedule.isUnderWay(piece, runs: runs)
                })
            else { return nil }
            state.nextRun += 1
            state.runs[state.nextRun] = piece
            return (state.nextRun, piece)
        }
    }

    /// Whether somebody waits for a piece that no run makes.
    var hasUnservedWish: Bool {
        state.withLock { state in
            let runs = Array(state.runs.values)
            return state.schedule.wishes.contains { wish in
                !state.schedule.available.contains(wish) && !state.schedule.isUnderWay(wish, runs: runs)
            }
        }
    }

    /// Moves a run on to the piece with this number, if that is worth making.
    /// - Parameter readsAhead: `false`: only if somebody waits for it.
    func advance(_ run: Int, to index: Int, readsAhead: Bool) -> Bool {
        state.withLock { state in
            guard !state.isClosed, let now = state.runs[run],
                let piece = FilmPiece(rendition: now.rendition, index: index), state.schedule.goesOn(with: piece),
                readsAhead || state.schedule.wishes.contains(piece),
                !state.runs.contains(where: { $0.key != run && $0.value == piece })
            else { return false }
            state.runs[run] = piece
            return true
        }
    }

    func deliver(_ piece: FilmPiece) {
        state.withLock { state in
            state.delivered[piece] = .now
            state.hasDelivered = true
            state.schedule.available.insert(piece)
        }
    }

    func end(_ run: Int) { state.withLock { $0.runs[run] = nil } }

    /// What the next renewal has to say of a film of which nothing was delivered: `true`: nothing is made and nothing is to be
    /// made, as where storage serves all, so that a worker that dies now was not killed by the film; `false`: that is over; `nil`:
    /// nothing new. From `true` on no run begins until `wake`, so that Redis knows of each run before it can do harm.
    func rests() -> Bool? {
        state.withLock { state in
            guard !state.hasDelivered else { return nil }
            let isResting = state.isDescribed && state.runs.isEmpty && state.schedule.wanted().isEmpty
            if isResting { state.isResting = true }
            return isResting ? true : state.isResting ? false : nil
        }
    }

    /// Redis has been told that the film does not rest any more.
    func wake() { state.withLock { $0.isResting = false } }

    /// It has delivered something, or nothing is made of it: this film does not kill its workers.
    var isHarmless: Bool { state.withLock { $0.hasDelivered || $0.isResting } }
    var running: Int { state.withLock { $0.runs.count } }

    /// No run begins or goes on any more.
    func close() { state.withLock { $0.isClosed = true } }
}
