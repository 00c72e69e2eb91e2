import Contracts
import Executors
import Logging
import Metrics
import Redis
import ServiceLifecycle
import Synchronization

/// All streams that somebody wants at this gateway: makes views, ticks them once a second, and removes idle ones.
///
/// Bounded by `maximumViews`; one more stream takes the place of the one that nobody has asked for longest, or is answered 503.
final class StreamViews: Service, Sendable {
    private struct State {
        var views: [StreamID: StreamView] = [:]
        var isDraining = false
    }

    private static let sweepEvery = Duration.milliseconds(200)
    private static let sweepsPerTick = 5
    /// A view without requests stays this long, so that a viewer who comes back finds it warm.
    private static let idlePatience = Duration.seconds(30)
    /// And so long while another stream needs its place: players load a live playlist anew more often.
    private static let crowdedPatience = Duration.seconds(5)

    private let redis: RedisClient
    private let subscriber: RedisSubscriber
    private let keys: Keys
    private let maximumViews: Int
    private let logger: Logger
    private let state = Mutex(State())
    private let created: AsyncStream<StreamView>
    private let create: AsyncStream<StreamView>.Continuation
    private let viewsGauge = Gauge(label: "gateway_stream_views")

    init(redis: RedisClient, subscriber: RedisSubscriber, keys: Keys, maximumViews: Int, logger: Logger) {
        self.redis = redis
        self.subscriber = subscriber
        self.keys = keys
        self.maximumViews = maximumViews
        self.logger = logger
        // Holds at most one entry per view, so it is bounded by `maximumViews`.
        (created, create) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    /// The view of a stream, made if need be. Throws 503 when there are too many or the gateway is being stopped.
    func view(of stream: StreamID) throws(APIError) -> StreamView {
        let result: Result<(view: StreamView, isNew: Bool), APIError> = state.withLock { state in
            if state.isDraining { return .failure(.shuttingDown) }
            if let known = state.views[stream], known.use() { return .success((known, false)) }
            if state.views.count >= maximumViews, !state.views.makeRoom(idleFor: Self.crowdedPatience) {
                return .failure(.tooManyStreams)
            }
            let view = StreamView(stream: stream)
            state.views[stream] = view
            return .success((view, true))
        }
        let (view, isNew) = try result.get()
        if isNew {
            create.yield(view)
            view.poke(.read)
        }
        return view
    }

    /// The view of a stream if somebody wants it here; starts nothing.
    func existing(_ stream: StreamID) -> StreamView? {
        state.withLock { $0.views[stream] }.flatMap { $0.isClosed ? nil : $0 }
    }

    /// Reads a stream's snapshot without wanting it: for HEAD.
    func peek(_ stream: StreamID) async -> StreamSnapshot {
        if let view = existing(stream), view.snapshot.status != nil { return view.snapshot }
        var snapshot = StreamSnapshot()
        guard let (status, records) = try? await StreamDemand(redis: redis, keys: keys).look(at: stream) else {
            return snapshot
        }
        snapshot.status = status
        snapshot.window = StreamSnapshot.current(records, status: status)
        return snapshot
    }

    var isDraining: Bool { state.withLock { $0.isDraining } }

    /// From now on nothing is held: whoever waits is answered 503 at once, endless responses end.
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
                    let keeper = StreamKeeper(
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

    private func removeIdle(_ views: [StreamView]) {
        let idle = views.filter { $0.closeIfIdle(for: Self.idlePatience) || $0.isClosed }
        let count = state.withLock { state in
            for view in idle where state.views[view.stream] === view { state.views[view.stream] = nil }
            return state.views.count
        }
        viewsGauge.record(count)
    }
}
