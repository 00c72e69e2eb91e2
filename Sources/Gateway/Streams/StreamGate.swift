import Contracts
import Tracing

/// Holds a request until its channel can be answered, and not longer: cold starts and blocking reloads.
struct StreamGate: Sendable {
    let views: StreamViews
    let held: HeldRequests
    let fleet: @Sendable () -> Fleet?
    /// `LIVE_START_TIMEOUT`.
    let startTimeout: Duration

    /// In `LIVE_RENDITIONS=watched` a rendition begins when it is asked for; its first request waits this long.
    private static let renditionPatience = Duration.seconds(6)
    /// Decisions that depend on time alone are looked at this often.
    private static let lookAgainAfter = Duration.milliseconds(500)

    /// The first snapshot that `isAnswer` accepts, at once if `now` does, which is the current one.
    ///
    /// `isAnswer` sees only playable snapshots. It throws to refuse, and gets the time waited so far to give up in time.
    func snapshot(
        of view: StreamView, now: StreamSnapshot, session: String, rendition: String?,
        isAnswer: (StreamSnapshot, _ waited: Duration) throws -> Bool
    ) async throws -> StreamSnapshot {
        let arrival = ContinuousClock.now
        let epoch = now.status?.epoch
        if try check(now, arrival, epoch, isAnswer) { return now }
        return try await held.holding {
            let hold = view.hold(session: session, rendition: rendition)
            defer { view.release(hold) }
            var arrivalEpoch = epoch
            while true {
                if view.hasDeparted(hold) { throw APIError.sessionMoved }
                if view.isClosed { throw APIError.shuttingDown }
                let snapshot = view.snapshot
                if try check(snapshot, arrival, arrivalEpoch, isAnswer) { return snapshot }
                arrivalEpoch = arrivalEpoch ?? snapshot.status?.epoch
                await view.change(after: snapshot.version, until: .now + Self.lookAgainAfter)
                try Task.checkCancellation()
            }
        }
    }

    /// Until the channel runs: for the multivariant playlist. A wait is a step of the request that waits.
    func start(_ view: StreamView, session: String, rendition: String?) async throws -> StreamSnapshot {
        let now = view.snapshot
        if now.isPlayable(), !now.hasEnded, now.info != nil {
            return try await running(view, now, session: session, rendition: rendition)
        }
        return try await withSpan("wait for the channel") { span in
            span.attributes["stream"] = view.stream.description
            return try await running(view, now, session: session, rendition: rendition)
        }
    }

    private func running(
        _ view: StreamView, _ now: StreamSnapshot, session: String, rendition: String?
    ) async throws -> StreamSnapshot {
        try await snapshot(of: view, now: now, session: session, rendition: rendition) { snapshot, waited in
            if !snapshot.hasEnded, snapshot.info != nil { return true }
            if waited >= startTimeout { throw APIError.startTimeout }
            return false
        }
    }

    /// Until the rendition has a playlist, and that one the segment asked for.
    ///
    /// - Parameters:
    ///   - now: the view's snapshot.
    ///   - rendition: which one, by what a snapshot offers; throws for what it does not.
    func playlist(
        _ view: StreamView, now: StreamSnapshot, session: String, reload: BlockingReload?,
        rendition: (StreamSnapshot) throws -> String
    ) async throws -> StreamSnapshot {
        let wanted = try rendition(now)
        return try await snapshot(of: view, now: now, session: session, rendition: wanted) { snapshot, waited in
            guard let last = snapshot.newest(of: try rendition(snapshot)) else {
                if waited >= Self.renditionPatience { throw APIError.renditionNotReady }
                return false
            }
            guard let reload, try !reload.isSatisfied(by: last, ended: snapshot.hasEnded) else { return true }
            if waited >= .seconds(3 * (snapshot.info?.targetDuration ?? 4)) { throw APIError.reloadTimeout }
            return false
        }
    }

    private func check(
        _ snapshot: StreamSnapshot, _ arrival: ContinuousClock.Instant, _ epoch: Int64?,
        _ isAnswer: (StreamSnapshot, Duration) throws -> Bool
    ) throws -> Bool {
        let now = ContinuousClock.now
        let situation = StartDecision.Situation(
            snapshot: snapshot, fleet: fleet(), waited: now - arrival, arrivalEpoch: epoch ?? .max,
            timeout: startTimeout,
            now: now)
        switch StartDecision.decide(situation) {
        case .ready: return try isAnswer(snapshot, now - arrival)
        case .wait: return false
        case .refuse(let error): throw error
        }
    }
}
