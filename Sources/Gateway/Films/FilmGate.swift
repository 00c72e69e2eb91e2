import Contracts
import Tracing

/// Holds a request until its film can be answered, and not longer: for what is in the film, and for its pieces.
struct FilmGate: Sendable {
    let views: FilmViews
    let held: HeldRequests
    let segments: SegmentCache
    let fleet: @Sendable () -> Fleet?
    /// `FILM_START_TIMEOUT`.
    let startTimeout: Duration
    /// `FILM_SEGMENT_TIMEOUT`.
    let segmentTimeout: Duration

    /// Hints are only hints: the state is read again this often while nothing is heard.
    private static let poll = Duration.seconds(1)
    /// Decisions that depend on time alone, and viewers who have left, are looked for this often.
    private static let lookAgainAfter = Duration.milliseconds(250)

    /// Who waits.
    struct Waiter: Sendable {
        /// Id of the request, for logs.
        let request: String
        /// `false`: nobody waits any more, and what only this request wished for is not wished for again.
        let isThere: @Sendable () -> Bool
    }

    /// What is in the film; from memory, or as soon as its owner has looked.
    func info(_ view: FilmView, for waiter: Waiter) async throws -> FilmInfo {
        if let info = view.snapshot.info { return info }
        return try await withSpan("wait for the film") { span in
            span.attributes["stream"] = view.film.description
            return try await wait(view, nil, waiter, startTimeout, .filmTimeout) { view.snapshot.info }
        }
    }

    /// The bytes of a segment: memory, the media Redis, storage, or the film's owner. Throws 404 for what the film does not have.
    func bytes(of name: FilmSegmentName, for waiter: Waiter) async throws -> SegmentCache.Answer {
        if let answer = try? await segments.bytes(of: name) { return answer }
        let view = try views.view(of: name.film)
        return try await wait(view, name, waiter, segmentTimeout, .segmentLate) {
            // While the media Redis is away the waiting goes on.
            if var answer = try? await segments.bytes(of: name) {
                if answer.source == .media, view.wasLoaded(name) { answer.source = .storage }
                return answer
            }
            guard let info = view.snapshot.info, !view.mayBeStored(name) else { return nil }
            guard info.version == name.version else { throw APIError.filmChanged }
            guard FilmOffer(info: info, maximum: .original).has(name.piece) else { throw APIError.noSuchSegment }
            return nil
        }
    }

    /// Calls `find` when something changed, and every second, until it finds something or the wait is refused.
    private func wait<Found: Sendable>(
        _ view: FilmView, _ name: FilmSegmentName?, _ waiter: Waiter, _ timeout: Duration, _ lateError: APIError,
        find: () async throws -> Found?
    ) async throws -> Found {
        try await held.holding {
            let arrival = ContinuousClock.now
            view.hold(name, request: waiter.request)
            defer { view.release(name) }
            var seen: (stamp: FilmView.Stamp, at: ContinuousClock.Instant)?
            while true {
                if view.isClosed { throw APIError.shuttingDown }
                let stamp = view.stamp(name)
                if seen?.stamp != stamp || seen.map({ .now - $0.at >= Self.poll }) ?? true {
                    seen = (stamp, .now)
                    if let found = try await find() { return found }
                }
                let snapshot = view.snapshot
                let situation = FilmDecision.Situation(
                    status: snapshot.status, now: snapshot.redisTime(),
                    connectionsAreWatched: snapshot.connectionsAreWatched, fleet: fleet(), waited: .now - arrival,
                    timeout: timeout, lateError: lateError)
                if let refusal = FilmDecision.refusal(situation) { throw refusal }
                await view.change(after: stamp, of: name, until: .now + Self.lookAgainAfter)
                guard waiter.isThere() else { throw APIError.viewerLeft }
                try Task.checkCancellation()
            }
        }
    }
}
