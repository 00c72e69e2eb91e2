import Contracts
import Foundation
import NIOCore
import Redis
import TestSupport

/// Plays a film's owner by hand: claims when the gateway wants it, says what is in it, makes what is wished for.
struct FilmHands: Sendable {
    let redis: RedisClient
    let keys: Keys
    let watch: RedisWatch

    enum Failure: Error { case notClaimed(FilmOwnership.ClaimOutcome?), fenced, lost, notWished([FilmPiece]) }

    private var ownership: FilmOwnership { FilmOwnership(redis: redis, keys: keys, instance: OwnerHands.instance) }

    /// Claims `film` as soon as the gateway has said that it is wanted.
    func claim(
        _ film: StreamID = FilmSamples.film, within patience: Duration = .seconds(60)
    ) async throws -> FilmOwnership.Claimed {
        var last: FilmOwnership.ClaimOutcome?
        let claimed = try await watch.first(of: [keys.filmClaims, keys.wanted], within: patience) {
            let outcome = try await ownership.claim(film, alone: false)
            last = outcome
            return if case .claimed(let claimed) = outcome { claimed } else { nil }
        }
        guard let claimed else { throw Failure.notClaimed(last) }
        return claimed
    }

    func describe(
        _ claimed: FilmOwnership.Claimed, _ info: FilmInfo, film: StreamID = FilmSamples.film
    ) async throws {
        let text = try info.json()
        guard try await ownership.describe(film, epoch: claimed.epoch, state: .ready, infoText: text) else {
            throw Failure.fenced
        }
    }

    /// Claims and describes.
    func open(_ info: FilmInfo = FilmSamples.info(), film: StreamID = FilmSamples.film) async throws
        -> FilmOwnership.Claimed
    {
        let claimed = try await claim(film)
        try await describe(claimed, info, film: film)
        return claimed
    }

    func renew(_ claimed: FilmOwnership.Claimed, film: StreamID = FilmSamples.film) async throws
        -> FilmOwnership.Renewal
    {
        guard case .renewed(let renewal) = try await ownership.renew(film, epoch: claimed.epoch, isConnected: true)
        else {
            throw Failure.lost
        }
        return renewal
    }

    /// Waits until all of `pieces` are wished for.
    func awaitWishes(
        _ claimed: FilmOwnership.Claimed, _ pieces: [FilmPiece], film: StreamID = FilmSamples.film,
        within patience: Duration = .seconds(60)
    ) async throws {
        var wishes: [FilmPiece] = []
        let found: Bool? = try await watch.first(of: [keys.filmWishes(film)], within: patience) {
            wishes = try await renew(claimed, film: film).wishes
            return Set(wishes).isSuperset(of: pieces) ? true : nil
        }
        guard found != nil else { throw Failure.notWished(wishes) }
    }

    /// Bytes first, then the hint: as the transcoder does it.
    func deliver(
        _ claimed: FilmOwnership.Claimed, _ piece: FilmPiece, version: String = FilmSamples.version,
        film: StreamID = FilmSamples.film, bytes: ByteBuffer? = nil, isSilent: Bool = false
    ) async throws {
        let key = keys.filmSegment(film, version: version, rendition: piece.rendition, index: piece.index)
        _ = try await redis.send(["SET", .text(key), .bytes(bytes ?? Self.bytes(piece)), "PX", 60_000])
        if !isSilent { try await ownership.deliver(film, epoch: claimed.epoch, pieces: [piece]) }
    }

    /// Makes whatever is wished for until it is cancelled.
    func work(
        _ claimed: FilmOwnership.Claimed, film: StreamID = FilmSamples.film, version: String = FilmSamples.version,
        make: @Sendable (FilmPiece) -> ByteBuffer = { Self.bytes($0) }
    ) async throws {
        try await watch.forEver([keys.filmWishes(film)]) {
            for piece in try await renew(claimed, film: film).wishes {
                try await deliver(claimed, piece, version: version, film: film, bytes: make(piece))
            }
        }
    }

    func fail(_ claimed: FilmOwnership.Claimed, _ reason: StreamReason, film: StreamID = FilmSamples.film) async throws
    {
        let streams = StreamOwnership(redis: redis, keys: keys, instance: OwnerHands.instance)
        _ = try await streams.release(film, epoch: claimed.epoch, state: .failed, reason: reason, retryAfter: 15_000)
    }

    static func bytes(_ piece: FilmPiece) -> ByteBuffer {
        var buffer = ByteBuffer(string: "\(piece)/")
        buffer.writeRepeatingByte(0x47, count: 1_880 - buffer.readableBytes)
        return buffer
    }
}
