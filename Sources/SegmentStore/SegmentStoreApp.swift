import Contracts
import Runtime

/// Assembles the service. Tests call it with settings of their own.
enum SegmentStoreApp {
    static func build(_ runtime: ServiceRuntime) throws -> ServiceAssembly {
        let settings = try SegmentStoreSettings(runtime.settings)
        let ledger = UsageLedger(redis: runtime.redis, keys: runtime.keys)
        let metrics = SegmentStoreMetrics(runtime.metrics)
        let counter = UsageCounter(
            ledger: ledger, blocking: runtime.blocking, keys: runtime.keys, instance: runtime.instance,
            metrics: metrics, logger: runtime.logger)
        let cleaner = Cleaner(
            reaper: Reaper(redis: runtime.redis, media: runtime.mediaRedis, keys: runtime.keys), ledger: ledger,
            sessions: PlaybackSessions(redis: runtime.redis, keys: runtime.keys), instance: runtime.instance,
            settings: settings, metrics: metrics, logger: runtime.logger)
        return ServiceAssembly(services: [counter, cleaner])
    }
}
