import Contracts
import Redis

/// What `/api/stats/streams` says of the streams that are alive in the fleet now.
struct StreamStats: Encodable, Sendable {
    struct Stream: Encodable, Sendable {
        let stream: StreamID
        let state: String
        let reason: StreamReason?
        let owner: String?
        let viewers: Int
        /// Offered, and being encoded now.
        let renditions: [String]
        let encoding: [String]
        /// What came in, for people.
        let source: String?
        let sourceState: String?
        /// Stable code of why it is away, if it is.
        let sourceReason: String?
        /// Seconds of media per second; about 1 is healthy.
        let speed: Double?
        let cores: Double?
        let reconnects: Int?
        let shedLevel: Int?
        let lastSequence: Int64?
    }

    struct Connections: Encodable, Sendable {
        let inUse: Int
        /// `null`: the provider has not said yet.
        let limit: Int64?
        let waiting: Int
    }

    let success = true
    let streams: [Stream]
    let connections: Connections

    /// Streams wanted or owned lately; more are left out.
    static let maximum = 500

    /// Reads at most `maximum` streams in three round trips.
    static func read(redis: RedisClient, keys: Keys) async throws -> StreamStats {
        let head = try await redis.pipeline([
            ["TIME"], ["ZREVRANGE", .text(keys.known), 0, RedisArgument(maximum - 1)], ["HGETALL", .text(keys.slots)],
            ["HGET", .text(keys.slotLimit), "limit"], ["ZCARD", .text(keys.slotWaiting)],
        ])
        guard head.count == 5, let time = head[0].array, let seconds = time.first?.integer, let known = head[1].array
        else {
            throw RedisError(.protocolViolation, "unexpected answer to stats")
        }
        let now = seconds * 1_000
        let ids = known.compactMap { $0.string.flatMap { StreamID($0) } }
        let fields = try await redis.pipeline(ids.map { ["HGETALL", .text(keys.stream($0))] })
        let fresh = RedisArgument(now - Leases.viewerFresh)
        let viewers = try await redis.pipeline(ids.map { ["ZCOUNT", .text(keys.viewers($0)), fresh, "+inf"] })
        let streams = zip(ids, zip(fields, viewers)).compactMap { id, values in
            stream(id, StreamStatus(fields: values.0.dictionary), viewers: Int(values.1.integer ?? 0), now: now)
        }
        return StreamStats(
            streams: streams,
            connections: Connections(
                inUse: head[2].dictionary.values.filter { ($0.integer ?? 0) >= now }.count, limit: head[3].integer,
                waiting: Int(head[4].integer ?? 0)))
    }

    /// `nil` for a stream that rests: nobody owns it and nobody watches.
    private static func stream(_ id: StreamID, _ status: StreamStatus, viewers: Int, now: Int64) -> Stream? {
        let isOwned = !status.owner.isEmpty && status.leaseUntil >= now
        guard isOwned || viewers > 0 else { return nil }
        let report = isOwned ? status.report : nil
        return Stream(
            stream: id, state: status.state?.rawValue ?? "wanted", reason: status.reason,
            owner: isOwned ? status.owner : nil,
            viewers: viewers, renditions: status.info?.tracks.map(\.name) ?? [], encoding: report?.renditions ?? [],
            source: status.info?.source, sourceState: report?.source,
            sourceReason: report?.reason, speed: report?.speed, cores: report?.cores,
            reconnects: report?.reconnects, shedLevel: report?.shedLevel,
            lastSequence: status.nextSequence > 0 ? status.nextSequence - 1 : nil)
    }
}
