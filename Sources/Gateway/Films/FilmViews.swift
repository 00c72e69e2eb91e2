import Contracts
import Executors
import Logging
import Metrics
import Redis
import ServiceLifecycle
import Synchronization

/// All films that somebody watches at this gateway: makes views, ticks them once a second, and removes idle ones.
///
/// Bounded by `maximumViews`; one more film takes the place of the one that nobody has asked for longest, or is answered 503.
final class FilmViews: Service, Sendable {
    private struct State {
        var views: [StreamID: FilmView] = [:]
        var isDraining = false
    }

    private static let sweepEvery = Duration.milliseconds(100)
    private static let sweepsPerTick = 10
    /// A view without requests stays this long: a player with a full buffer asks for nothing for half a minute.
    private static let idlePatience = Duration.seconds(60)
    /// And so long while another film needs its place: whoever comes back finds the film in Redis.
    private static let crowdedPatience = Duration.seconds(5)

    private let redis: RedisClient
    private let subscriber: RedisSubscriber
    private let keys: Keys
    private let maximumViews: Int
    private let logger: Logger
    private let state = Mutex(State())
    private let created: AsyncStream<FilmView>
    private let create: AsyncStream<FilmView>.Continuation
    private let viewsGauge = Gauge(label: "gateway_film_views")

    init(redis: RedisClient, subscriber: RedisSubscriber, keys: Keys, maximumViews: Int, logger: Logger) {
        self.redis = redis
        self.subscriber = subscriber
        self.keys = keys
        self.maximumViews = maximumViews
        self.logger = logger
        // Holds at most one entry per view, so it is bounded by `maximumViews`.
        (created, create) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    /// The view of a film, made if need be. Throws 503 when there are too many or the gateway is being stopped.
    func view(of film: StreamID) throws(APIError) -> FilmView {
        let result: Result<(view: FilmView, isNew: Bool), APIError> = state.withLock { state in
            if state.isDraining { return .failure(.shuttingDown) }
            if let known = state.views[film], known.use() { return .success((known, false)) }
            if state.views.count >= maximumViews, !state.views.makeRoom(idleFor: Self.crowdedPatience) {
                return .failure(.tooManyFilms)
            }
            let view = FilmView(film: film)
            state.views[film] = view
            return .success((view, true))
        }
        let (view, isNew) = try result.get()
        if isNew { create.yield(view) }
        return view
    }

    /// Reads what is known of a film without wanting it: for HEAD.
    func peek(_ film: StreamID) async -> FilmSnapshot {
        if let view = state.withLock({ $0.views[film] }), view.snapshot.info != nil { return view.snapshot }
        var snapshot = FilmSnapshot()
        if let status = try? await FilmDemand(redis: redis, keys: keys).look(at: film) { _ = snapshot.note(status) }
        return snapshot
    }

    /// From now on nothing is held: whoever waits is answered 503 at once.
    func drain() {
        let views = state.withLock { state in
            state.isDraining = true
            return Array(state.views.values)
        }
        for view in views { view.close() }
    }

    /// Runs until cancelled or shut down gracefully.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.tick() }
                for await view in self.created {
                    let keeper = FilmKeeper(
                        view: view, redis: self.redis, subscriber: self.subscriber, keys: self.keys, logger: self.logger
                    )
                    group.addTask { await keeper.run() }
                }
            }
        }
        drain()
    }

    private func tick() async {
        var sweeps = 0
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.sweepEvery, clock: .loop)
            let views = state.withLock { Array($0.views.values) }
            let now = ContinuousClock.now
            for view in views { view.sweep(at: now) }
            sweeps += 1
            guard sweeps.isMultiple(of: Self.sweepsPerTick) else { continue }
            for view in views where view.hasDemand { view.poke(.demand) }
            removeIdle(views)
        }
    }

    private func removeIdle(_ views: [FilmView]) {
        let idle = views.filter { $0.closeIfIdle(for: Self.idlePatience) || $0.isClosed }
        let count = state.withLock { state in
            for view in idle where state.views[view.film] === view { state.views[view.film] = nil }
            return state.views.count
        }
        viewsGauge.record(count)
    }
}
