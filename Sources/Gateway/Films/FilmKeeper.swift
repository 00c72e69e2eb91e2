import Contracts
import Executors
import Logging
import Redis

/// Feeds one `FilmView`: listens to the film's channels, and reports once a second (new wishes at once) what is wanted.
/// All Redis calls for a film come from here, one after the other; only bytes are read elsewhere.
struct FilmKeeper: Sendable {
    let view: FilmView
    let redis: RedisClient
    let subscriber: RedisSubscriber
    let keys: Keys
    let logger: Logger

    private static let subscribeAgainAfter = Duration.seconds(1)

    /// Returns when the view is closed or the task is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await listen() }
            group.addTask { await serve() }
            await group.next()
            group.cancelAll()
        }
    }

    private func listen() async {
        let pieces = keys.filmChannel(view.film)
        while !Task.isCancelled, !view.isClosed {
            do {
                try await subscriber.subscribe(to: [keys.streamChannel(view.film), pieces]) { subscription in
                    lookAgain()
                    for await event in subscription {
                        switch event {
                        case .message(pieces, let piece): view.hint(piece)
                        // Our own wishes come by here too.
                        case .message(_, "wish"): break
                        case .message: view.poke(.read)
                        case .gap: lookAgain()
                        }
                    }
                }
            } catch {
                logger.debug("film channels not subscribed", metadata: metadata(error))
            }
            // The demand tick keeps the view fresh meanwhile.
            try? await Task.sleep(for: Self.subscribeAgainAfter, clock: .loop)
        }
    }

    /// The moment of subscribing and a gap mean the same: anything may have happened.
    private func lookAgain() {
        view.wakeAll()
        view.poke(.read)
    }

    private func serve() async {
        let storage = FilmStorage(segments: StoredSegments(redis: redis, keys: keys))
        for await _ in view.wakeUps {
            let work = view.takeWork()
            do {
                if work.contains(.demand), try await reportDemand(storage) { continue }
                if work.contains(.read) { try await note(FilmDemand(redis: redis, keys: keys).look(at: view.film)) }
            } catch {
                logger.debug("film view not refreshed", metadata: metadata(error))
            }
        }
    }

    /// Returns whether anything was reported, and so the status read.
    private func reportDemand(_ storage: FilmStorage) async throws -> Bool {
        let unknown = view.unknownPieces
        if !unknown.isEmpty {
            let stored = await storage.stored(unknown)
            view.located(unknown) { stored.contains($0) }
        }
        let knewVersion = view.snapshot.info?.version
        guard var demand = view.drainDemand() else { return false }
        if let knewVersion {
            demand.batch.positions = await storage.worthReading(
                demand.batch.positions, film: view.film, version: knewVersion)
        }
        do {
            await storage.load(demand.batch.loads, request: demand.request)
            let status = try await FilmDemand(redis: redis, keys: keys).want(
                view.film, wishes: demand.batch.wishes, positions: demand.batch.positions, container: demand.container,
                request: demand.request)
            try await note(status)
            // Wishes carry a version, which was not known before: make them now and not at the next tick.
            if view.snapshot.info?.version != knewVersion { view.poke(.demand) }
            return true
        } catch {
            view.restoreDemand(demand)
            throw error
        }
    }

    private func note(_ status: FilmStatus) async throws {
        let watched =
            status.state == .waitingSlot
            ? try await ProviderConnections(redis: redis, keys: keys).areWatched(at: status.now) : true
        view.update { snapshot in
            let isNews = snapshot.connectionsAreWatched != watched
            snapshot.connectionsAreWatched = watched
            return snapshot.note(status) || isNews
        }
    }

    private func metadata(_ error: any Error) -> Logger.Metadata {
        ["stream": "\(view.film)", "error": "\(error)"]
    }
}
