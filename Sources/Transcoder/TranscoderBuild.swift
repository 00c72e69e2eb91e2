import Contracts
import Live
import Logging
import Media
import Runtime
import Upstream

/// Assembles a transcoder: nothing runs before its host does.
///
/// Measures first what a channel costs on this machine; that takes about a second.
func buildTranscoder(_ runtime: ServiceRuntime) async throws -> ServiceAssembly {
    let settings = try TranscoderSettings(runtime.settings)
    LibavLog.install(runtime.logger)
    let cost = try await LadderCost.measure(settings.engine.ladder)
    let workload = Workload(capacity: Double(settings.cores), channelCost: cost)
    runtime.logger.info(
        "Capacity measured",
        metadata: ["capacity.cores": "\(settings.cores)", "capacity.channel_cores": "\((cost * 100).rounded() / 100)"])
    let dependencies = TranscoderDependencies(
        keys: runtime.keys, media: runtime.mediaRedis, subscriber: runtime.subscriber,
        ownership: StreamOwnership(redis: runtime.redis, keys: runtime.keys, instance: runtime.instance),
        tokens: TokenRequester(redis: runtime.redis, subscriber: runtime.subscriber, keys: runtime.keys),
        upstream: settings.upstream, engine: settings.engine, workload: workload, slates: SlateMemory(),
        gauges: LiveGauges(),
        films: try films(settings, runtime, workload))
    let claims = ClaimConsumer(
        dependencies: dependencies, settings: settings.live, claims: runtime.blocking, logger: runtime.logger)
    let instance = runtime.instance
    let filmClaims = FilmClaimConsumer(dependencies: dependencies, claims: runtime.blocking, logger: runtime.logger)
    return ServiceAssembly(services: [claims, filmClaims, try images(settings, runtime), HeapTrim()]) {
        InstanceStatus(
            service: ServiceKind.transcoder.rawValue, instance: instance, version: BuildInfo.version,
            capacity: workload.capacity, used: workload.used, channelCost: workload.channelCost,
            streams: workload.streams)
    }
}

/// Pictures are made beside films and channels, by one thread that steps back for them.
private func images(_ settings: TranscoderSettings, _ runtime: ServiceRuntime) throws -> ImageWorker {
    let client = try UpstreamClient(
        policy: settings.upstream, maximumActive: ImageWorker.width, maximumQueued: ImageWorker.width)
    return ImageWorker(
        store: ImageStore(redis: runtime.redis, media: runtime.mediaRedis, keys: runtime.keys),
        wishes: runtime.blocking, keys: runtime.keys, instance: runtime.instance,
        maker: ImageMaker(client: client, thread: try ImageThread()), logger: runtime.logger)
}

private func films(
    _ settings: TranscoderSettings, _ runtime: ServiceRuntime, _ workload: Workload
) throws -> FilmDependencies {
    FilmDependencies(
        ownership: FilmOwnership(redis: runtime.redis, keys: runtime.keys, instance: runtime.instance),
        slots: FilmSlot(redis: runtime.redis, keys: runtime.keys),
        stored: StoredSegments(redis: runtime.redis, keys: runtime.keys),
        cache: try BlockCache(
            directory: "\(settings.cacheDirectory)/dash-films-\(runtime.instance)", maximumBytes: settings.cacheBytes,
            logger: runtime.logger),
        engine: LibavFilmEngine(), pool: FilmPool(cores: settings.cores, workload: workload),
        budget: FilmBudget(limit: settings.filmBytes), probeLifetime: settings.probeLifetime)
}
