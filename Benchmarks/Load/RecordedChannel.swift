import Contracts
import Foundation
import NIOCore
import Redis

/// A live channel without an encoder: owned, renewed and recorded as a transcoder does it, with the same few segments over and
/// over, one every four seconds.
struct RecordedChannel: Sendable {
    enum Failure: Error { case notClaimed(StreamOwnership.ClaimOutcome), lost }

    /// Segments in a playlist, as a transcoder keeps them.
    static let window = 10
    /// Seconds of each segment.
    static let pace = 4

    let stream: StreamID
    let rendition: Rendition
    let segments: [ByteBuffer]

    /// Plays until it is cancelled. Throws if the stream is lost.
    func play(on bench: GatewayStack) async throws {
        let ownership = StreamOwnership(redis: bench.redis, keys: bench.keys, instance: "recorded-\(stream)")
        let claimed = try await claim(ownership)
        guard try await ownership.describe(stream, epoch: claimed.epoch, state: .opening, info: info) else {
            throw Failure.lost
        }
        var next: Int64 = 0
        while next < Self.window { next = try await publish(next, claimed, ownership, bench) }
        var beats = 0
        let start = ContinuousClock.now
        while !Task.isCancelled {
            beats += 1
            try await Task.sleep(until: start + .seconds(beats), clock: .continuous)
            guard case .renewed = try await ownership.renew(stream, epoch: claimed.epoch, report: report) else {
                throw Failure.lost
            }
            if beats.isMultiple(of: Self.pace) { next = try await publish(next, claimed, ownership, bench) }
        }
    }

    /// As soon as the gateway has said that somebody wants it.
    private func claim(_ ownership: StreamOwnership) async throws -> StreamOwnership.Claimed {
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            let outcome = try await ownership.claim(stream, alone: false)
            if case .claimed(let claimed) = outcome { return claimed }
            guard .now < deadline else { throw Failure.notClaimed(outcome) }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Bytes first, then the record. Returns the number of the next one.
    private func publish(
        _ number: Int64, _ claimed: StreamOwnership.Claimed, _ ownership: StreamOwnership, _ bench: GatewayStack
    ) async throws -> Int64 {
        let bytes = segments[Int(number) % segments.count]
        let sequence = claimed.nextSequence + number
        let key = bench.keys.segment(stream, epoch: claimed.epoch, sequence: sequence, rendition: rendition.name)
        // Three target durations longer than the playlist names it (DESIGN §6).
        let lifetime = (Self.window + 3) * Self.pace
        _ = try await bench.media.send(["SET", .text(key), .bytes(bytes), "EX", RedisArgument(lifetime)])
        let ticks = Int64(Self.pace) * 90_000
        let segment = LiveSegment(
            sequence: sequence, epoch: claimed.epoch, start: number * ticks, duration: ticks,
            programDate: Int64(Date().timeIntervalSince1970 * 1_000),
            discontinuity: claimed.continues && number == 0, discontinuitySequence: claimed.discontinuitySequence,
            parts: [rendition.name: LiveSegment.Part(byteCount: bytes.readableBytes)])
        guard try await ownership.record(stream, segment: segment, window: Self.window) else { throw Failure.lost }
        return number + 1
    }

    private var info: LiveStreamInfo {
        let bits = rendition.videoBitrate + rendition.audioBitrate
        return LiveStreamInfo(
            targetDuration: Self.pace, frameRateNumerator: 25, frameRateDenominator: 1,
            tracks: [
                .init(
                    name: rendition.name, kind: .video, width: rendition.height * 16 / 9, height: rendition.height,
                    bandwidth: bits, averageBandwidth: bits, codecs: "avc1.64001f,mp4a.40.2")
            ], source: "recorded")
    }

    private var report: StreamReport {
        StreamReport(
            source: "running", renditions: [rendition.name], speed: 1, cores: 0, reconnects: 0, shedLevel: 0,
            tokenAge: 0, tokenTimeToLive: 300_000)
    }
}
