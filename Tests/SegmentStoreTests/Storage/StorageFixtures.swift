import Contracts
import Foundation
import NIOCore
import NIOPosix
import Redis
import Runtime
import TestSupport
import Testing

@testable import SegmentStore

/// A directory that is gone after `body`.
func withDirectory(_ body: (String) async throws -> Void) async throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "dash-segments-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await body(path)
}

/// `vod-1/0123456789ab/720p/12.ts` and so on.
func segment(_ index: Int, film: Int = 1, _ rendition: String = "720p") throws -> StoredSegment {
    let group = StoredGroup("vod-\(film)/0123456789ab/\(rendition)")
    return try #require(group.flatMap { StoredSegment(group: $0, index: index) })
}

/// Bytes that differ from segment to segment.
func content(_ segment: StoredSegment, _ count: Int = 1000) -> ByteBuffer {
    var bytes = ByteBuffer(string: segment.path)
    bytes.writeRepeatingByte(UInt8(truncatingIfNeeded: segment.index), count: max(0, count - bytes.readableBytes))
    return bytes
}

extension Ground {
    var index: StoredIndex { StoredIndex(redis: redis, keys: keys) }
    var stored: StoredSegments { StoredSegments(redis: redis, keys: keys) }
    var popularity: Popularity { Popularity(redis: redis, keys: keys) }

    func mediaKey(_ segment: StoredSegment) -> String {
        keys.filmSegment(
            segment.stream, version: segment.group.version, rendition: segment.group.rendition, index: segment.index)
    }

    /// As a film's owner does it: bytes first, then the notice.
    func announce(_ segments: [StoredSegment], bytes: Int = 1000, encode: Int = 100) async throws {
        for segment in segments {
            _ = try await redis.send([
                "SET", .text(mediaKey(segment)), .bytes(content(segment, bytes)), "PX", "60000",
            ])
        }
        try await stored.announce(
            segments.map {
                SegmentNotice($0, byteCount: content($0, bytes).readableBytes, encodeMilliseconds: encode)
            })
    }

    func isDrained(_ instances: [String]) async throws -> Bool {
        var left = try await redis.send(["LLEN", .text(keys.segmentNotices)]).integer ?? 0
        for instance in instances { left += Int64(try await index.notices.pending(instance).count) }
        return left == 0
    }

    /// Runs `body` beside stores.
    func running(_ hosts: [ServiceHost], _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for host in hosts { group.addTask { try? await host.run() } }
            defer { group.cancelAll() }
            try await body()
        }
    }

    /// The parts themselves, without the service around them.
    func parts(_ storage: any SegmentStorage, _ settings: [String: String] = [:]) throws -> StoreParts {
        StoreParts(
            storage: storage, index: index, popularity: popularity, media: redis, keys: keys, instance: "s1",
            settings: try StorageSettings(Settings(environment: settings)),
            metrics: StorageMetrics(PrometheusRegistry()),
            logger: quietLogger())
    }
}
