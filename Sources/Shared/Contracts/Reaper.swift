import Redis

/// Removes what dead and ended streams, workers and viewers leave in Redis. Every decision is taken again inside the
/// script that acts on it, so that a stream which comes back at the last moment keeps everything.
///
/// While takeovers are barred because Redis was away, nothing is reaped: owners must be able to renew first.
public struct Reaper: Sendable {
    private let redis: RedisClient
    private let media: RedisClient
    private let keys: Keys

    public init(redis: RedisClient, media: RedisClient, keys: Keys) {
        self.redis = redis
        self.media = media
        self.keys = keys
    }

    /// How long things are kept, in milliseconds.
    public struct Patience: Sendable {
        /// A stream without owner and demand loses its playlist and bytes after this. Longer than window plus three
        /// target durations (RFC 8216 §6.2.2), or a paused player would lose what it may still fetch.
        public var stream: Int64
        /// And after this everything else.
        public var record: Int64
        /// A silent instance leaves the register.
        public var instance: Int64

        public init(stream: Int64 = 60_000, record: Int64 = 600_000, instance: Int64 = 60_000) {
            self.stream = stream
            self.record = record
            self.instance = instance
        }
    }

    public enum StreamOutcome: Sendable, Equatable {
        /// Owned, wanted or not quiet for long enough.
        case kept
        /// Playlist, demand and bytes are gone; the state record remains. `segments` had bytes to remove.
        case emptied(segments: Int)
        /// Nothing of it is left.
        case forgotten
    }

    /// Streams that were quiet for `patience.stream`, longest first, at most `limit`.
    public func quietStreams(_ patience: Patience, limit: Int = 500) async throws -> [StreamID] {
        let reply = try await redis.run(
            Self.quietScript, keys: [keys.known, keys.boot],
            arguments: [.integer(patience.stream), RedisArgument(limit), .integer(Leases.lease)])
        return (reply.array ?? []).compactMap { $0.string.flatMap { StreamID($0) } }
    }

    /// Removes what `stream` leaves, if it is still quiet.
    public func reap(_ stream: StreamID, _ patience: Patience) async throws -> StreamOutcome {
        let reply = try await redis.run(
            Self.streamScript,
            keys: [
                keys.stream(stream), keys.window(stream), keys.demand(stream), keys.viewers(stream),
                keys.token(stream), keys.wanted, keys.known, keys.slotWaiting, keys.slots, keys.refreshes, keys.boot,
                keys.filmWishes(stream), keys.filmWishLimits(stream), keys.filmPositions(stream),
            ],
            arguments: [
                .text(stream.description), .integer(patience.stream), .integer(patience.record),
                .integer(Leases.lease),
            ])
        guard let parts = reply.array, let outcome = parts.first?.string, parts.count == 2 else {
            throw RedisError(.protocolViolation, "unexpected answer to reap")
        }
        let records = (parts[1].array ?? []).compactMap { $0.string.flatMap { try? LiveSegment(json: $0) } }
        // The records are gone already. Should this fail, the bytes' own TTL ends them a little later.
        try await removeBytes(of: records, stream)
        switch outcome {
        case "emptied": return .emptied(segments: records.count)
        case "forgotten": return .forgotten
        default: return .kept
        }
    }

    /// Removes silent instances, slots past their time, and demand that nobody renews.
    /// - Returns: how many entries were removed.
    public func reapFleet(_ patience: Patience) async throws -> Int {
        let reply = try await redis.run(
            Self.fleetScript,
            keys: [keys.instances, keys.slots, keys.wanted, keys.slotWaiting, keys.refreshes, keys.boot],
            arguments: [.integer(patience.instance), .integer(patience.record), .integer(Leases.lease)])
        return Int(reply.integer ?? 0)
    }

    /// Streams that wait for a worker: each once, however often it was asked for, by claims that still mean something. Claims past their
    /// deadline lie in the list until a worker has room to look at it.
    public func waitingClaims() async throws -> (live: Int, film: Int) {
        let replies = try await redis.pipeline([
            ["TIME"], ["LRANGE", .text(keys.liveClaims), 0, -1], ["LRANGE", .text(keys.filmClaims), 0, -1],
        ])
        guard replies.count == 3, let now = replies[0].milliseconds else {
            throw RedisError(.protocolViolation, "unexpected answer to TIME")
        }
        let texts = replies.map { $0.array?.compactMap(\.string) ?? [] }
        let live = texts[1].compactMap { try? LiveClaim(json: $0) }.filter { $0.deadline >= now }.map(\.stream)
        let film = texts[2].compactMap { try? FilmClaim(json: $0) }.filter { $0.deadline >= now }.map(\.stream)
        return (Set(live).count, Set(film).count)
    }

    private func removeBytes(of records: [LiveSegment], _ stream: StreamID) async throws {
        let names = records.flatMap { record in
            record.parts.filter { $0.value.substitute == nil }.map {
                keys.segment(stream, epoch: record.epoch, sequence: record.sequence, rendition: $0.key)
            }
        }
        for start in stride(from: 0, to: names.count, by: 100) {
            _ = try await media.send(["UNLINK"] + names[start..<min(start + 100, names.count)].map { .text($0) })
        }
    }

    private static let quietScript = RedisScript("reap.quiet", RedisTime.prelude + RedisTime.bar + reapQuietLua)
    private static let streamScript = RedisScript("reap.stream", RedisTime.prelude + RedisTime.bar + reapStreamLua)
    private static let fleetScript = RedisScript("reap.fleet", RedisTime.prelude + RedisTime.bar + reapFleetLua)
}
