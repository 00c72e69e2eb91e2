import Redis

/// What a gateway tells the fleet about a film that is watched, and what it learns in return.
///
/// Level-triggered, as `StreamDemand`: a wish is repeated about once a second while somebody waits for the piece, and means
/// nothing `Leases.wishPatience` later; a claim is pushed when nobody owns the film.
public struct FilmDemand: Sendable {
    private let redis: RedisClient
    private let keys: Keys

    public init(redis: RedisClient, keys: Keys) {
        self.redis = redis
        self.keys = keys
    }

    /// - Parameters:
    ///   - wishes: pieces that somebody waits for now; at most 200 a call. Empty: only the probe, or only that it is watched.
    ///   - positions: pieces that were served since the last call: the owner reads ahead from them. At most 200 a call.
    ///   - container: file extension that the viewer named, for films that the panel tells nothing about; `nil`: unknown.
    ///   - request: id of the request that began it, for logs.
    @discardableResult
    public func want(
        _ film: StreamID, wishes: [FilmPiece] = [], positions: [FilmPiece] = [], container: String? = nil,
        request: String
    ) async throws -> FilmStatus {
        let reply = try await redis.run(
            Self.wantScript,
            keys: [
                keys.stream(film), keys.film(film), keys.filmWishes(film), keys.filmWishLimits(film),
                keys.filmPositions(film), keys.wanted, keys.known, keys.filmClaims, keys.boot,
            ],
            arguments: [
                .text(film.description), .text(request), .integer(Leases.lease), .integer(Leases.claimPatience),
                .integer(Leases.claimDeadline), RedisArgument(Limits.claims), .text(container ?? ""),
                .integer(Leases.wishPatience), .text(keys.streamChannel(film)), RedisArgument(Limits.filmWishes),
                RedisArgument(wishes.count),
            ] + (wishes + positions).map { .text($0.description) })
        return try Self.status(reply)
    }

    /// Reads a film's status without wanting it.
    public func look(at film: StreamID) async throws -> FilmStatus {
        try Self.status(
            await redis.run(Self.lookScript, keys: [keys.stream(film), keys.film(film)], arguments: []))
    }

    private static func status(_ reply: RESPValue) throws -> FilmStatus {
        guard let parts = reply.array, parts.count == 3, let now = parts[2].integer else {
            throw RedisError(.protocolViolation, "unexpected answer to film.want")
        }
        return FilmStatus(stream: parts[0].dictionary, film: parts[1].dictionary, now: now)
    }

    private static let wantScript = RedisScript("film.want", RedisTime.prelude + RedisTime.bar + filmWantLua)
    private static let lookScript = RedisScript("film.look", RedisTime.prelude + filmLookLua)
}
