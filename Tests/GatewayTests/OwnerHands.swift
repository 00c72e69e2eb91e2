import Contracts
import Foundation
import NIOCore
import Redis
import TestSupport

/// Plays a channel's owner by hand: claims when the gateway wants it, stores bytes, records segments.
struct OwnerHands: Sendable {
    let redis: RedisClient
    let keys: Keys
    let watch: RedisWatch

    /// The worker that the hands are.
    static let instance = "worker-test"

    enum Failure: Error { case notClaimed(StreamOwnership.ClaimOutcome?), fenced }

    private var ownership: StreamOwnership { StreamOwnership(redis: redis, keys: keys, instance: Self.instance) }

    /// Claims `stream` as soon as the gateway has said that it is wanted.
    func claim(_ stream: StreamID, within patience: Duration = .seconds(60)) async throws -> StreamOwnership.Claimed {
        var last: StreamOwnership.ClaimOutcome?
        let claimed = try await watch.first(of: [keys.liveClaims, keys.wanted], within: patience) {
            let outcome = try await ownership.claim(stream, alone: false)
            last = outcome
            return if case .claimed(let claimed) = outcome { claimed } else { nil }
        }
        guard let claimed else { throw Failure.notClaimed(last) }
        return claimed
    }

    func tryClaim(_ stream: StreamID) async throws -> StreamOwnership.ClaimOutcome {
        try await ownership.claim(stream, alone: false)
    }

    func describe(_ stream: StreamID, _ claimed: StreamOwnership.Claimed, info: LiveStreamInfo = Samples.info())
        async throws
    {
        guard try await ownership.describe(stream, epoch: claimed.epoch, state: .opening, info: info) else {
            throw Failure.fenced
        }
    }

    /// Bytes first, then the record: as the transcoder does it. `offset` counts from the claim's first sequence number.
    @discardableResult
    func record(
        _ stream: StreamID, _ claimed: StreamOwnership.Claimed, offset: Int64, bytes: Int = 1_880,
        renditions: [String] = ["720p", "480p", "360p"]
    ) async throws -> LiveSegment {
        let sequence = claimed.nextSequence + offset
        var parts: [String: LiveSegment.Part] = [:]
        for rendition in renditions {
            let key = keys.segment(stream, epoch: claimed.epoch, sequence: sequence, rendition: rendition)
            let body = Self.bytes(sequence, rendition, count: bytes)
            _ = try await redis.send(["SET", .text(key), .bytes(body), "PX", 60_000])
            parts[rendition] = LiveSegment.Part(byteCount: bytes)
        }
        let segment = LiveSegment(
            sequence: sequence, epoch: claimed.epoch, start: 900_000 + offset * 360_000, duration: 360_000,
            programDate: Int64(Date().timeIntervalSince1970 * 1_000), discontinuity: claimed.continues && offset == 0,
            discontinuitySequence: claimed.discontinuitySequence + (claimed.continues ? 1 : 0), parts: parts)
        guard try await ownership.record(stream, segment: segment, window: 10) else { throw Failure.fenced }
        return segment
    }

    /// Claims, describes and records `count` segments.
    func play(_ stream: StreamID, count: Int64 = 3) async throws -> StreamOwnership.Claimed {
        let claimed = try await claim(stream)
        try await describe(stream, claimed)
        for offset in 0..<count { try await record(stream, claimed, offset: offset) }
        return claimed
    }

    func release(
        _ stream: StreamID, _ claimed: StreamOwnership.Claimed, state: StreamState, reason: StreamReason? = nil
    ) async throws {
        _ = try await ownership.release(
            stream, epoch: claimed.epoch, state: state, reason: reason, retryAfter: state == .failed ? 30_000 : 0)
    }

    func renew(
        _ stream: StreamID, _ claimed: StreamOwnership.Claimed, report: StreamReport = OwnerHands.report
    ) async throws -> StreamOwnership.RenewOutcome {
        try await ownership.renew(stream, epoch: claimed.epoch, report: report)
    }

    static let report = StreamReport(
        source: "running", renditions: ["720p"], speed: 1, cores: 0.4, reconnects: 0, shedLevel: 0, tokenAge: 60_000,
        tokenTimeToLive: 300_000)

    static func bytes(_ sequence: Int64, _ rendition: String, count: Int) -> ByteBuffer {
        var buffer = ByteBuffer(string: "\(rendition)/\(sequence)/")
        buffer.writeRepeatingByte(0x47, count: count - buffer.readableBytes)
        return buffer
    }
}
