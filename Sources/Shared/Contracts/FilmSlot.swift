import Redis

/// The provider connection of a film's owner: reserved before a range request is opened, given back after it is closed
/// (DESIGN §4, "Slots"). Renewed with the lease.
public struct FilmSlot: Sendable {
    private let redis: RedisClient
    private let keys: Keys

    public init(redis: RedisClient, keys: Keys) {
        self.redis = redis
        self.keys = keys
    }

    public enum Outcome: String, Sendable, Equatable {
        case reserved
        /// Every connection of the account is in use; the film now waits in state.
        case noSlot = "no_slot"
        /// The TokenService has not said yet how many connections there are.
        case limitUnknown = "limit_unknown"
        /// Another owner has the film.
        case lost
    }

    /// Idempotent.
    public func reserve(_ film: StreamID, epoch: Int64) async throws -> Outcome {
        let reply = try await redis.run(
            Self.reserveScript,
            keys: [keys.stream(film), keys.slots, keys.slotLimit, keys.slotWaiting, keys.boot],
            arguments: [
                .text(film.description), .integer(epoch), .integer(Leases.lease + Leases.slotGrace),
                .text(keys.streamChannel(film)), .integer(Leases.lease),
            ])
        guard let text = reply.array?.first?.string, let outcome = Outcome(rawValue: text) else {
            throw RedisError(.protocolViolation, "unexpected answer to film.reserve")
        }
        return outcome
    }

    /// The connection is closed: another stream may have it at once.
    public func free(_ film: StreamID, epoch: Int64) async throws {
        _ = try await redis.run(
            Self.freeScript, keys: [keys.slots, keys.slotWaiting, keys.wanted, keys.liveClaims],
            arguments: [
                .text(film.description), .integer(epoch), .text(keys.prefix), .integer(Leases.claimDeadline),
                RedisArgument(Limits.claims),
            ])
    }

    private static let reserveScript = RedisScript("film.reserve", RedisTime.prelude + RedisTime.bar + filmReserveLua)
    private static let freeScript = RedisScript("film.free", RedisTime.prelude + wakeWaitingLua + filmFreeLua)
}
