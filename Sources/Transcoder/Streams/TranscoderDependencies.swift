import Contracts
import Live
import Redis
import Upstream

/// What every owned stream of this worker shares.
struct TranscoderDependencies: Sendable {
    let keys: Keys
    /// Segment bytes only: bulk never queues in front of a lease renewal (DESIGN §4).
    let media: RedisClient
    let subscriber: RedisSubscriber
    let ownership: StreamOwnership
    let tokens: TokenRequester
    let upstream: UpstreamPolicy
    let engine: LiveEngineSettings
    let workload: Workload
    let slates: SlateMemory
    let gauges: LiveGauges
    let films: FilmDependencies
}

/// What every owned film of this worker shares.
struct FilmDependencies: Sendable {
    let ownership: FilmOwnership
    let slots: FilmSlot
    let stored: StoredSegments
    /// Blocks of all films that this worker reads.
    let cache: BlockCache
    let engine: any FilmEngine
    let pool: FilmPool
    let budget: FilmBudget
    /// How long what was found in a film's file is believed (`METADATA_CACHE_TTL`).
    var probeLifetime = Duration.seconds(86_400)
}
