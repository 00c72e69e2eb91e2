import Contracts
import Logging
import Runtime
import S3
import ServiceLifecycle

/// Assembles the service. Tests call it with settings of their own.
enum SegmentStoreApp {
    static func build(_ runtime: ServiceRuntime) async throws -> ServiceAssembly {
        let settings = try SegmentStoreSettings(runtime.settings)
        let storage = try StorageSettings(runtime.settings)
        let ledger = UsageLedger(redis: runtime.redis, keys: runtime.keys)
        let metrics = SegmentStoreMetrics(runtime.metrics)
        let counter = UsageCounter(
            ledger: ledger, blocking: runtime.blocking, keys: runtime.keys, instance: runtime.instance,
            metrics: metrics, logger: runtime.logger)
        let cleaner = Cleaner(
            reaper: Reaper(redis: runtime.redis, media: runtime.mediaRedis, keys: runtime.keys), ledger: ledger,
            popularity: Popularity(redis: runtime.redis, keys: runtime.keys),
            index: StoredIndex(redis: runtime.redis, keys: runtime.keys),
            sessions: PlaybackSessions(redis: runtime.redis, keys: runtime.keys), instance: runtime.instance,
            settings: settings, metrics: metrics, logger: runtime.logger)
        let bandwidth = BandwidthWatch(
            ledger: ledger, price: try runtime.settings.bandwidthPrice(), gauges: .init(runtime.metrics),
            logger: runtime.logger)
        return ServiceAssembly(services: try await store(storage, runtime) + [counter, cleaner, bandwidth])
    }

    /// What stores and loads segments; nothing without `SEGMENT_STORE_URL`.
    private static func store(_ settings: StorageSettings, _ runtime: ServiceRuntime) async throws -> [any Service] {
        let storage: any SegmentStorage & Service
        switch settings.place {
        case nil:
            runtime.logger.notice("no SEGMENT_STORE_URL: segments are not stored")
            return []
        case .directory(let path)?:
            storage = FileStorage(directory: path, minimumFree: settings.minimumFree)
        case .bucket?:
            storage = S3Storage(
                try S3Client(try S3Bucket(runtime.settings)), origins: settings.origins, logger: runtime.logger)
        }
        let parts = StoreParts(
            storage: storage, index: StoredIndex(redis: runtime.redis, keys: runtime.keys),
            popularity: Popularity(redis: runtime.redis, keys: runtime.keys), media: runtime.mediaRedis,
            keys: runtime.keys, instance: runtime.instance, settings: settings,
            metrics: StorageMetrics(runtime.metrics), logger: runtime.logger)
        let room = RoomMaker(parts: parts)
        let storing = StoringSwitch(gauge: parts.metrics.storing, logger: runtime.logger)
        await prepare(storage, storing)
        return [
            storage, SegmentLoader(parts: parts, redis: runtime.redis, blocking: runtime.blocking),
            SegmentWriter(parts: parts, room: room, blocking: runtime.blocking, storing: storing),
            StorageWatch(parts: parts, room: room, isOwn: settings.place != .bucket),
        ]
    }

    /// A storage that is away or full at start does not stop the service: it counts and cleans up, and tries again.
    private static func prepare(_ storage: any SegmentStorage, _ storing: StoringSwitch) async {
        do { try await storage.prepare() } catch { storing.failed(error) }
    }
}
