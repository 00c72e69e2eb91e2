import Contracts
import Executors
import Logging
import Metrics
import Redis
import ServiceLifecycle
import Synchronization

/// The provider's lists in this gateway's memory.
///
/// Each is loaded once, for whoever asks first, and answers from memory from then on. A newer version is loaded when its hint
/// comes; hints that were missed, and lists that have expired, are noticed within `look` while somebody asks. The old list serves
/// until the new one is here whole. At the start it takes what Redis has, without asking the provider. Any thread.
///
/// For whoever renders lists: `let films = try await parts.catalog.list(.vod, request: id)`, then `films.positions(…)` and
/// `films[position]`; `films.categories`; `films.entry(id:)`. See `CatalogIndex`.
final class Catalog: Service, Sendable {
    private struct Shelf {
        var index: CatalogIndex?
        var lookedAt: ContinuousClock.Instant?
        var flight: Task<CatalogIndex, any Error>?
    }

    /// How long a first request is held while a list is loaded: the provider needs a while for tens of megabytes.
    static let patience = Duration.seconds(25)
    /// Redis is asked for newer lists this often at most.
    static let look = Duration.seconds(20)
    /// How often the wish is repeated and the state read while no hint comes.
    private static let poll = Duration.seconds(1)

    private let store: CatalogStore
    private let subscriber: RedisSubscriber
    private let keys: Keys
    private let held: HeldRequests
    private let logger: Logger
    private let shelves = Mutex<[CatalogKind: Shelf]>([:])

    init(redis: RedisClient, subscriber: RedisSubscriber, keys: Keys, held: HeldRequests, logger: Logger) {
        store = CatalogStore(redis: redis, keys: keys)
        self.subscriber = subscriber
        self.keys = keys
        self.held = held
        self.logger = logger
    }

    /// Takes what Redis has, then follows the hints that lists have been replaced.
    func run() async throws {
        let channels = Dictionary(uniqueKeysWithValues: CatalogKind.allCases.map { (keys.catalogChannel($0), $0) })
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await self.subscriber.subscribe(to: Array(channels.keys)) { hints in
                    for kind in CatalogKind.allCases { await self.preload(kind) }
                    for await hint in hints {
                        if case .message(let channel, _) = hint, let kind = channels[channel] { self.follow(kind) }
                    }
                }
                try? await Task.sleep(for: Self.poll, clock: .loop)
            }
        }
        for flight in shelves.withLock({ $0.values.compactMap(\.flight) }) { flight.cancel() }
    }

    /// The list; waits for it if this gateway does not have it yet.
    /// - Throws: `APIError`: why it cannot be had now.
    func list(_ kind: CatalogKind, request: String) async throws -> CatalogIndex {
        let (index, flight): (CatalogIndex?, Task<CatalogIndex, any Error>?) = shelves.withLock { shelves in
            let shelf = shelves[kind] ?? Shelf()
            let isYoung = shelf.lookedAt.map { .now - $0 < Self.look } ?? false
            if shelf.index != nil, isYoung || shelf.flight != nil { return (shelf.index, shelf.flight) }
            // Not a child task: it goes on for the others when the one who began it leaves.
            let flight = shelf.flight ?? TaskPool.task { try await self.renew(kind, request) }
            shelves[kind] = Shelf(index: shelf.index, lookedAt: .now, flight: flight)
            return (shelf.index, flight)
        }
        if let index { return index }
        guard let flight else { throw APIError.catalogLoading }
        return try await held.holding { try await flight.value }
    }

    /// What is in memory now; asks nobody.
    func peek(_ kind: CatalogKind) -> CatalogIndex? { shelves.withLock { $0[kind]?.index } }

    // MARK: Loading

    private func preload(_ kind: CatalogKind) async {
        guard peek(kind) == nil, let version = try? await store.read(kind).version else { return }
        _ = try? await load(version, kind)
    }

    /// Only lists that somebody has asked for are worth the memory.
    private func follow(_ kind: CatalogKind) {
        shelves.withLock { shelves in
            guard let shelf = shelves[kind], shelf.index != nil, shelf.flight == nil else { return }
            shelves[kind]?.flight = TaskPool.task { try await self.renew(kind, "catalog-hint") }
        }
    }

    private func renew(_ kind: CatalogKind, _ request: String) async throws -> CatalogIndex {
        defer { shelves.withLock { $0[kind]?.flight = nil } }
        let state = try await store.read(kind)
        if let index = try await newest(state, kind), state.isFresh { return index }
        let deadline = ContinuousClock.now + Self.patience
        return try await subscriber.subscribe(to: [keys.catalogChannel(kind)]) { hints in
            while true {
                // After the acknowledgement, and after every hint, gap or second of silence: the state is the truth.
                let state = try await self.store.read(kind)
                if let index = try await self.newest(state, kind) {
                    if state.isFresh || .now >= deadline { return index }
                } else if state.isFresh, let failure = state.failure {
                    throw APIError.film(failure, retryIn: state.expiresAt - state.now)
                }
                let remaining = deadline - .now
                guard remaining > .zero else { throw APIError.catalogLoading }
                try await self.store.wish(kind, patience: remaining.wholeMilliseconds, request: request)
                _ = try await hints.next(within: min(Self.poll, remaining))
            }
        }
    }

    /// What the state says is the list: from memory, or loaded now. `nil` if there is none.
    private func newest(_ state: CatalogState, _ kind: CatalogKind) async throws -> CatalogIndex? {
        guard let version = state.version else { return peek(kind) }
        if let index = peek(kind), index.version == version.number { return index }
        return try await load(version, kind)
    }

    /// `nil`: it has been replaced meanwhile.
    private func load(_ version: CatalogState.Version, _ kind: CatalogKind) async throws -> CatalogIndex? {
        let start = ContinuousClock.now
        guard let categories = try await store.categories(kind, of: version) else { return nil }
        var builder = CatalogIndexBuilder(version)
        for place in 0..<version.chunks {
            guard let chunk = try await store.chunk(place, of: version, kind) else { return nil }
            builder.add(chunk)
            try Task.checkCancellation()
        }
        let index = builder.finish(kind, version, categories)
        shelves.withLock { $0[kind, default: Shelf()].index = index }
        report(index, .now - start)
        return index
    }

    private func report(_ index: CatalogIndex, _ elapsed: Duration) {
        let labels = [("kind", index.kind.rawValue)]
        Gauge(label: "gateway_catalog_entries", dimensions: labels).record(index.count)
        Gauge(label: "gateway_catalog_bytes", dimensions: labels).record(index.byteCount)
        logger.info(
            "catalog in memory",
            metadata: [
                "catalog.kind": "\(index.kind.rawValue)", "catalog.entries": "\(index.count)",
                "catalog.bytes": "\(index.byteCount)", "catalog.ms": "\(elapsed.wholeMilliseconds)",
            ])
    }
}
