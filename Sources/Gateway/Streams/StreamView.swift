import Contracts
import Synchronization

/// This gateway's live view of one wanted stream: the newest snapshot, who waits for the next, and who wants it.
///
/// Safe from any thread, never does IO: `StreamKeeper` feeds it, requests read it. A warm request costs no Redis call.
final class StreamView: Sendable {
    struct Work: Sendable, OptionSet {
        let rawValue: Int
        /// Read state and window again.
        static let read = Work(rawValue: 1)
        /// Report the demand now.
        static let demand = Work(rawValue: 2)
    }

    private struct State {
        var snapshot = StreamSnapshot()
        var ledger = DemandLedger()
        var waiters = Waiters()
        var nextWaiter: UInt64 = 0
        var pending: Work = []
        var playlists: [PlaylistKey: RenderedPlaylist] = [:]
        var lastUsed: ContinuousClock.Instant = .now
        var request = "-"
        var isClosed = false
    }

    struct PlaylistKey: Hashable, Sendable {
        let rendition: String
        let prefix: String
    }

    let stream: StreamID
    /// Wakes the keeper; what it shall do is in `takeWork`.
    let wakeUps: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    private let state = Mutex(State())

    init(stream: StreamID) {
        self.stream = stream
        (wakeUps, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    var snapshot: StreamSnapshot { state.withLock { $0.snapshot } }
    var heldCount: Int { state.withLock { $0.ledger.heldCount } }
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Keeps the view for a while longer. `false`: it is closed, and another one has to be made.
    func use() -> Bool {
        state.withLock { state in
            state.lastUsed = .now
            return !state.isClosed
        }
    }

    // MARK: Demand

    /// Notes that `session` wants the stream. The keeper is told at once if this gateway does not know the stream to run, or
    /// no segment of that rendition.
    func want(session: String, rendition: String?, request: String) {
        let isUrgent = state.withLock { state in
            state.ledger.note(session: session, rendition: rendition)
            state.lastUsed = .now
            state.request = request
            return !state.snapshot.isPlayable() || rendition.map { state.snapshot.newest(of: $0) == nil } ?? false
        }
        if isUrgent { poke(.demand) }
    }

    func hold(session: String, rendition: String?) -> DemandLedger.Hold {
        state.withLock { $0.ledger.hold(session: session, rendition: rendition) }
    }

    func release(_ hold: DemandLedger.Hold) {
        state.withLock { state in
            state.ledger.release(hold)
            state.lastUsed = .now
        }
    }

    func hasDeparted(_ hold: DemandLedger.Hold) -> Bool { state.withLock { $0.ledger.hasDeparted(hold) } }
    func drainDemand() -> DemandLedger.Batch? { state.withLock { $0.ledger.drain() } }
    func restoreDemand(_ batch: DemandLedger.Batch) { state.withLock { $0.ledger.restore(batch) } }
    func moved(_ sessions: [String]) {
        guard !sessions.isEmpty else { return }
        resume(
            state.withLock { state in
                state.ledger.moved(sessions)
                return state.waiters.removeAll()
            })
    }

    /// The request that asked last, for claims and logs.
    var lastRequest: String { state.withLock { $0.request } }
    var hasDemand: Bool { state.withLock { !$0.ledger.isEmpty } }
    /// Since when nobody has asked for it; `nil`: somebody wants it or waits.
    var idleSince: ContinuousClock.Instant? {
        state.withLock { $0.ledger.isEmpty && $0.waiters.count == 0 ? $0.lastUsed : nil }
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

    /// Replaces the snapshot. Waiters are woken and rendered playlists dropped if `change` says that it matters.
    func update(_ change: (inout StreamSnapshot) -> Bool) {
        resume(
            state.withLock { state in
                guard change(&state.snapshot) else { return [] }
                state.snapshot.version += 1
                state.playlists = [:]
                return state.waiters.removeAll()
            })
    }

    /// Wakes requests whose deadline has passed.
    func sweep(at now: ContinuousClock.Instant) { resume(state.withLock { $0.waiters.removeOverdue(at: now) }) }

    /// Nobody asked for longer than `patience` and nobody waits: from now on the view is closed.
    func closeIfIdle(for patience: Duration) -> Bool {
        let closed = state.withLock { state in
            guard state.ledger.isEmpty, state.waiters.count == 0, .now - state.lastUsed > patience else { return false }
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
                return state.waiters.removeAll()
            })
        wake.finish()
    }

    // MARK: Requests' side

    /// Returns when the snapshot is newer than `version`, at `deadline`, or when the task is cancelled.
    func change(after version: Int, until deadline: ContinuousClock.Instant) async {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = state.withLock { state in
                    let isDue = state.snapshot.version != version || state.isClosed || deadline <= .now
                    if isDue || Task.isCancelled { return false }
                    state.waiters.add(number, continuation, until: deadline)
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.remove(number) }?.resume()
        }
    }

    /// The playlist of the snapshot of `version` for `key`, if it was rendered already.
    func playlist(_ key: PlaylistKey, version: Int) -> RenderedPlaylist? {
        state.withLock { $0.snapshot.version == version ? $0.playlists[key] : nil }
    }

    /// The playlist of the current snapshot for `key`, rendered once per version by whoever comes first.
    func playlist(_ key: PlaylistKey, version: Int, render: () -> String) -> RenderedPlaylist {
        state.withLock { state in
            if state.snapshot.version == version, let known = state.playlists[key] { return known }
            let rendered = RenderedPlaylist(render())
            if state.snapshot.version == version { state.playlists[key] = rendered }
            return rendered
        }
    }

    private func resume(_ continuations: [Waiters.Continuation]) {
        for continuation in continuations { continuation.resume() }
    }
}
