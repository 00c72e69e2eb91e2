import Contracts
import Redis

/// Everything that the operator's page shows, as one JSON object.
struct AdminOverview: Encodable, Sendable {
    struct Worker: Encodable, Sendable {
        let service: String
        let instance: String
        let version: String
        /// Core-seconds per second; of transcoders only.
        let capacity: Double?
        let used: Double?
        let streams: [StreamID]?
    }

    struct Slots: Encodable, Sendable {
        /// Reserved by us.
        let reserved: Int
        /// Allowed to us; `null`: the provider has not said yet.
        let limit: Int?
        /// The provider's own count, and its limit for the account.
        let providerActive: Int
        let providerMaximum: Int
        /// Other devices', as believed.
        let foreign: Int
        /// `active`, or why not.
        let account: String
        /// Seconds since the provider answered; `null`: never.
        let checkedAgo: Int64?
        let waiting: Int
    }

    struct Day: Encodable, Sendable {
        let day: String
        let bytes: Int64
    }

    let success = true
    /// ISO 8601.
    let timestamp: String
    let streams: [StreamStats.Stream]
    let workers: [Worker]
    let slots: Slots
    /// Name → length.
    let queues: [String: Int64]
    let bandwidth: BandwidthStats
    /// This month's, oldest first.
    let days: [Day]
    /// Of this gateway: refusals by code, and waits of the last starts.
    let gateway: String
    let errors: [String: Int]
    let starts: GatewayFigures.Starts
    let access: Access.Mode

    private static func queues(_ keys: Keys) -> [(name: String, key: String)] {
        [
            ("channels to claim", keys.liveClaims), ("films to claim", keys.filmClaims), ("tokens", keys.tokenWishes),
            ("metadata", keys.metadataWishes), ("stored segments", keys.loadWishes),
            ("segments to store", keys.segmentNotices), ("usage reports", keys.usageReports),
            ("dead letters", keys.deadLetters),
        ]
    }

    /// Reads it in a few round trips.
    static func read(_ parts: GatewayParts) async throws -> AdminOverview {
        let (redis, keys) = (parts.redis, parts.keys)
        let now = WallClock.now()
        let stats = try await StreamStats.read(redis: redis, keys: keys)
        let slots = try await SlotLedger(redis: redis, keys: keys).snapshot()
        let instances = try await InstanceRegistry(redis: redis, keys: keys).alive()
        let queues = queues(keys)
        let lengths = try await redis.pipeline(queues.map { ["LLEN", .text($0.key)] })
        let bandwidth = try await BandwidthStats.read(
            redis: redis, keys: keys, now: now, price: parts.settings.bandwidthPrice)
        let month = try await UsageLedger(redis: redis, keys: keys).month(upTo: UsageDay(milliseconds: now))
        return AdminOverview(
            timestamp: ProgramDate.text(now), streams: stats.streams,
            workers: instances.map {
                Worker(
                    service: $0.service, instance: $0.instance, version: $0.version, capacity: $0.capacity,
                    used: $0.used, streams: $0.streams)
            },
            slots: Slots(
                reserved: slots.reserved, limit: slots.limit, providerActive: slots.active,
                providerMaximum: slots.maxConnections, foreign: slots.foreign, account: slots.account,
                checkedAgo: slots.checkedAt > 0 ? (slots.now - slots.checkedAt) / 1000 : nil,
                waiting: stats.connections.waiting),
            queues: Dictionary(zip(queues.map(\.name), lengths.map { $0.integer ?? 0 })) { first, _ in first },
            bandwidth: bandwidth,
            days: month.map { day, totals in
                Day(day: day.description, bytes: totals.reduce(0) { $1.key.hasPrefix("bytes:") ? $0 + $1.value : $0 })
            },
            gateway: parts.instance, errors: parts.figures.errors, starts: parts.figures.starts,
            access: parts.access.mode)
    }
}
