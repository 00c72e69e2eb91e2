import Contracts
import Synchronization

/// This gateway's live view of one film: what is known of it, who waits for what, and where its viewers are.
///
/// Safe from any thread, never does IO: `FilmKeeper` feeds it, requests read it. A playlist of a known film costs no Redis call.
final class FilmView: Sendable {
    struct Work: Sendable, OptionSet {
        let rawValue: Int
        /// Read the status again.
        static let read = Work(rawValue: 1)
        /// Report what is wanted now.
        static let demand = Work(rawValue: 2)
    }

    /// Changes whenever a waiter should look again.
    struct Stamp: Sendable, Equatable {
        fileprivate let version: Int
        fileprivate let hints: Int
    }

    private struct State {
        var snapshot = FilmSnapshot()
        var version = 0
        var wants = FilmWants()
        var waiters: [FilmPiece?: Waiters] = [:]
        var nextWaiter: UInt64 = 0
        var pending: Work = []
        var lastUsed: ContinuousClock.Instant = .now
        var request = "-"
        var container: String?
        var isClosed = false

        mutating func takeAll() -> [Waiters.Continuation] {
            defer { waiters = [:] }
            return waiters.values.flatMap { waiters in
                var waiters = waiters
                return waiters.removeAll()
            }
        }
    }

    let film: StreamID
    /// Wakes the keeper; what it shall do is in `takeWork`.
    let wakeUps: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    private let state = Mutex(State())

    init(film: StreamID) {
        self.film = film
        (wakeUps, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    var snapshot: FilmSnapshot { state.withLock { $0.snapshot } }
    var isClosed: Bool { state.withLock { $0.isClosed } }
    var hasDemand: Bool { state.withLock { !$0.wants.isEmpty } }
    /// Since when nobody has asked for it; `nil`: somebody wants it or waits.
    var idleSince: ContinuousClock.Instant? { state.withLock { $0.wants.isEmpty ? $0.lastUsed : nil } }
    var heldCount: Int { state.withLock { $0.wants.heldCount } }

    // MARK: Requests' side

    /// Keeps the view for a while longer. `false`: it is closed, and another one has to be made.
    func use() -> Bool {
        state.withLock { state in
            state.lastUsed = .now
            return !state.isClosed
        }
    }

    /// Somebody watches. The keeper is told at once if nothing is known of the film yet.
    /// - Parameter container: the file extension that the viewer named.
    func touch(request: String, container: String? = nil) {
        let isUrgent = state.withLock { state in
            state.wants.touch()
            state.request = request
            state.container = container ?? state.container
            return state.snapshot.info == nil
        }
        if isUrgent { poke(.demand) }
    }

    /// A segment went to a viewer: the owner reads ahead from there.
    func served(_ piece: FilmPiece) { state.withLock { $0.wants.served(piece) } }

    func isHeld(_ name: FilmSegmentName) -> Bool { state.withLock { $0.wants.isHeld(name) } }
    func wasLoaded(_ name: FilmSegmentName) -> Bool { state.withLock { $0.wants.wasLoaded(name) } }
    func mayBeStored(_ name: FilmSegmentName) -> Bool { state.withLock { $0.wants.mayBeStored(name) } }

    /// Wishes for a piece, or (`nil`) for what is in the film, until `release`.
    func hold(_ name: FilmSegmentName?, request: String) {
        state.withLock { state in
            state.wants.hold(name)
            state.request = request
        }
        poke(.demand)
    }

    func release(_ name: FilmSegmentName?) {
        state.withLock { state in
            state.wants.release(name)
            state.lastUsed = .now
        }
    }

    /// Take the stamp before looking at anything: what happens later changes it.
    func stamp(_ name: FilmSegmentName?) -> Stamp { state.withLock { Self.stamp($0, name) } }

    /// Returns when the stamp is no longer this one, at `deadline`, or when the task is cancelled.
    func change(after stamp: Stamp, of name: FilmSegmentName?, until deadline: ContinuousClock.Instant) async {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let piece = name?.piece
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = state.withLock { state in
                    let isDue = Self.stamp(state, name) != stamp || state.isClosed || deadline <= .now
                    if isDue || Task.isCancelled { return false }
                    state.waiters[piece, default: Waiters()].add(number, continuation, until: deadline)
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters[piece]?.remove(number) }?.resume()
        }
    }

    private static func stamp(_ state: borrowing State, _ name: FilmSegmentName?) -> Stamp {
        Stamp(version: state.version, hints: state.wants.hints(of: name))
    }

    // MARK: Keeper's side

    func poke(_ work: Work) {
        state.withLock { $0.pending.formUnion(work) }
        wake.yield()
    }

    func takeWork() -> Work {
        state.withLock { state in
            defer { state.pending = [] }
            return state.pending
        }
    }

    struct Demand: Sendable {
        var batch: FilmWants.Batch
        let container: String?
        let request: String
    }

    /// Held pieces that nobody has looked for in storage.
    var unknownPieces: [FilmSegmentName] { state.withLock { $0.wants.unknown } }

    func located(_ names: [FilmSegmentName], isStored: (FilmSegmentName) -> Bool) {
        resume(
            state.withLock { state in
                names.flatMap { name in
                    state.wants.located(name, isStored: isStored(name), at: .now)
                    var waiters = state.waiters.removeValue(forKey: name.piece)
                    return waiters?.removeAll() ?? []
                }
            })
    }

    /// What to report now; `nil`: nobody wants anything.
    func drainDemand() -> Demand? {
        state.withLock { state in
            guard !state.wants.isEmpty else { return nil }
            return Demand(
                batch: state.wants.drain(version: state.snapshot.info?.version), container: state.container,
                request: state.request)
        }
    }

    func restoreDemand(_ demand: Demand) { state.withLock { $0.wants.restore(demand.batch) } }

    /// A message of `Keys.filmChannel`: a piece, with `!` behind it when it could not be loaded.
    func hint(_ text: String) {
        let failed = text.hasSuffix("!")
        guard let piece = FilmPiece(failed ? String(text.dropLast()) : text) else { return }
        let (continuations, isHeld) = state.withLock { state in
            state.wants.hint(piece, failed: failed)
            var waiters = state.waiters.removeValue(forKey: piece)
            return (waiters?.removeAll() ?? [], !state.wants.isEmpty)
        }
        resume(continuations)
        if failed, isHeld { poke(.demand) }
    }

    /// Changes the snapshot. All waiters are woken if `change` says that it matters.
    func update(_ change: (inout FilmSnapshot) -> Bool) {
        resume(
            state.withLock { state in
                guard change(&state.snapshot) else { return [] }
                state.version += 1
                return state.takeAll()
            })
    }

    /// Messages may have been missed: whoever waits looks again.
    func wakeAll() { update { _ in true } }

    /// Wakes requests whose deadline has passed, and asks anew for what did not come in time.
    func sweep(at now: ContinuousClock.Instant) {
        let (continuations, isDue) = state.withLock { state in
            var overdue: [Waiters.Continuation] = []
            for piece in state.waiters.keys {
                overdue += state.waiters[piece]?.removeOverdue(at: now) ?? []
                if state.waiters[piece]?.count == 0 { state.waiters[piece] = nil }
            }
            return (overdue, state.wants.expire(at: now))
        }
        resume(continuations)
        if isDue { poke(.demand) }
    }

    /// Nobody asked for longer than `patience` and nobody waits: from now on the view is closed.
    func closeIfIdle(for patience: Duration) -> Bool {
        let closed = state.withLock { state in
            guard state.wants.isEmpty, .now - state.lastUsed > patience else { return false }
            state.isClosed = true
            return true
        }
        if closed { wake.finish() }
        return closed
    }

    /// Ends the view whoever waits: its waiters return and see `isClosed`.
    func close() {
        resume(
            state.withLock { state in
                state.isClosed = true
                return state.takeAll()
            })
        wake.finish()
    }

    private func resume(_ continuations: [Waiters.Continuation]) {
        for continuation in continuations { continuation.resume() }
    }
}
