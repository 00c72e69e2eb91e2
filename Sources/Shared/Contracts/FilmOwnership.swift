import Redis

/// One owner per film in the whole fleet: claim, renew, describe, deliver. Release is `StreamOwnership.release`.
///
/// Unlike a channel's, a film's claim takes no provider connection: it is reserved only while a range request is open
/// (`FilmSlot`). Pieces are pure functions of source and version, so that a late owner's bytes do no harm; what describes the
/// film checks the epoch.
public struct FilmOwnership: Sendable {
    private let redis: RedisClient
    private let keys: Keys
    private let instance: String

    /// - Parameter instance: unique name of this worker process; letters, digits and `-`.
    public init(redis: RedisClient, keys: Keys, instance: String) {
        self.redis = redis
        self.keys = keys
        self.instance = instance
    }

    public enum ClaimOutcome: Sendable, Equatable {
        case claimed(Claimed)
        /// Somebody owns it.
        case taken
        /// Takeovers are barred for a moment because Redis was away.
        case barred
        /// It crashed its worker before; only a worker that runs nothing else may take it.
        case needsIdleWorker
        /// Refused for a while (failed or poison).
        case refused
        /// Nobody has wanted it for the last seconds.
        case unwanted
    }

    public struct Claimed: Sendable, Equatable {
        public let epoch: Int64
        /// The last owner died before it delivered anything: run nothing else until the first piece.
        public let isSuspect: Bool
        /// JSON of `FilmInfo` from an earlier owner; `nil`: probe it.
        public let infoText: String?
        /// Milliseconds since that probe.
        public let infoAge: Int64
        /// File extension that a viewer named; `nil`: none did.
        public let container: String?
    }

    /// Takes `film` if nobody has it.
    /// - Parameter alone: this worker runs nothing else now.
    public func claim(_ film: StreamID, alone: Bool) async throws -> ClaimOutcome {
        let reply = try await redis.run(
            Self.claimScript,
            keys: [
                keys.stream(film), keys.film(film), keys.boot, keys.wanted, keys.deadLetters, keys.known, keys.slots,
            ],
            arguments: [
                .text(film.description), .text(instance), .integer(Leases.lease), alone ? 1 : 0,
                .text(keys.streamChannel(film)), RedisArgument(Limits.deadLetters),
            ])
        guard let parts = reply.array, let outcome = parts.first?.string else {
            throw RedisError(.protocolViolation, "unexpected answer to film.claim")
        }
        func text(_ index: Int) -> String? {
            index < parts.count ? parts[index].string.flatMap { $0.isEmpty ? nil : $0 } : nil
        }
        switch outcome {
        case "claimed":
            guard parts.count == 6, let epoch = parts[1].integer else { break }
            return .claimed(
                Claimed(
                    epoch: epoch, isSuspect: parts[2].integer == 1, infoText: text(3), infoAge: parts[5].integer ?? 0,
                    container: text(4)))
        case "taken": return .taken
        case "barred": return .barred
        case "needs_idle_worker": return .needsIdleWorker
        case "refused": return .refused
        case "unwanted": return .unwanted
        default: break
        }
        throw RedisError(.protocolViolation, "unknown film claim outcome \(outcome)")
    }

    /// What an owner learns with each renewal.
    public struct Renewal: Sendable, Equatable {
        /// Pieces that somebody waits for now, the longest waiting first.
        public let wishes: [FilmPiece]
        /// Pieces that were served lately, with their age in ms: viewers are there.
        public let positions: [FilmPiece: Int64]
        /// Milliseconds since any viewer wanted the film.
        public let sinceWanted: Int64
        /// Other streams that wait for a provider connection.
        public let waitingStreams: Int
        /// Serial of a token that somebody asked to be dropped; 0: nobody did.
        public let refreshRequestedAt: Int64

        public init(
            wishes: [FilmPiece], positions: [FilmPiece: Int64], sinceWanted: Int64, waitingStreams: Int,
            refreshRequestedAt: Int64
        ) {
            self.wishes = wishes
            self.positions = positions
            self.sinceWanted = sinceWanted
            self.waitingStreams = waitingStreams
            self.refreshRequestedAt = refreshRequestedAt
        }
    }

    public enum RenewOutcome: Sendable, Equatable {
        case renewed(Renewal)
        /// Another owner has it: stop at once.
        case lost
    }

    /// Extends the lease, and the connection's reservation. Call once a second and on every hint.
    /// - Parameters:
    ///   - isConnected: a connection is open or being opened. Otherwise a reservation that could not be given back ends by itself.
    ///   - rests: nothing is made of the film, so that an owner that dies now was not killed by it; `false`: that is over; `nil`:
    ///     as before. A new owner's film does not rest.
    ///   - timeout: how long it is waited for; `nil`: as for any command.
    public func renew(
        _ film: StreamID, epoch: Int64, isConnected: Bool, rests: Bool? = nil, timeout: Duration? = nil
    ) async throws -> RenewOutcome {
        let reply = try await redis.run(
            Self.renewScript,
            keys: [
                keys.stream(film), keys.filmWishes(film), keys.filmWishLimits(film), keys.filmPositions(film),
                keys.slots, keys.slotWaiting, keys.boot, keys.known, keys.wanted,
            ],
            arguments: [
                .text(film.description), .text(instance), .integer(epoch), .integer(Leases.lease),
                .integer(Leases.slotGrace), isConnected ? "1" : "0", .text(rests.map { $0 ? "1" : "0" } ?? ""),
            ], timeout: timeout)
        guard let parts = reply.array, let outcome = parts.first?.string else {
            throw RedisError(.protocolViolation, "unexpected answer to film.renew")
        }
        guard outcome == "renewed", parts.count == 7, let now = parts[1].integer else { return .lost }
        var positions: [FilmPiece: Int64] = [:]
        for (name, at) in parts[3].dictionary {
            if let piece = FilmPiece(name), let at = at.integer { positions[piece] = max(0, now - at) }
        }
        return .renewed(
            Renewal(
                wishes: (parts[2].array ?? []).compactMap { $0.string.flatMap { FilmPiece($0) } },
                positions: positions, sinceWanted: max(0, now - (parts[4].integer ?? 0)),
                waitingStreams: Int(parts[5].integer ?? 0), refreshRequestedAt: parts[6].integer ?? 0))
    }

    /// Records what the probe found and hints to whoever waits.
    /// - Parameter infoText: JSON of `FilmInfo`, just found; `nil`: only the state changes.
    /// - Returns: `false` if this owner has lost the film.
    public func describe(_ film: StreamID, epoch: Int64, state: StreamState, infoText: String?) async throws -> Bool {
        let reply = try await redis.run(
            Self.describeScript, keys: [keys.stream(film), keys.film(film)],
            arguments: [
                .integer(epoch), .text(state.rawValue), .text(infoText ?? ""), .text(keys.streamChannel(film)),
            ])
        return reply.integer == 1
    }

    /// Drops what the probe found: the source is another one now. The next owner looks again.
    public func forget(_ film: StreamID, epoch: Int64) async throws {
        _ = try await redis.run(
            Self.forgetScript, keys: [keys.stream(film), keys.film(film)], arguments: [.integer(epoch)])
    }

    /// Says that these pieces' bytes are on the media Redis: their wishes are fulfilled, whoever waits is told.
    public func deliver(_ film: StreamID, epoch: Int64, pieces: [FilmPiece]) async throws {
        _ = try await redis.run(
            Self.deliverScript, keys: [keys.stream(film), keys.filmWishes(film), keys.filmWishLimits(film)],
            arguments: [.integer(epoch), .text(keys.filmChannel(film))] + pieces.map { .text($0.description) })
    }

    private static let claimScript = RedisScript(
        "film.claim", RedisTime.prelude + RedisTime.bar + suspicionLua + filmClaimLua)
    private static let renewScript = RedisScript("film.renew", RedisTime.prelude + RedisTime.bar + filmRenewLua)
    private static let describeScript = RedisScript("film.describe", RedisTime.prelude + filmDescribeLua)
    private static let forgetScript = RedisScript("film.forget", filmForgetLua)
    private static let deliverScript = RedisScript("film.deliver", filmDeliverLua)
}
