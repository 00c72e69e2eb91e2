import Contracts
import CoreMetrics
import Executors
import Logging
import Metrics
import NIOCore
import Redis
import Runtime
import ServiceLifecycle
import Synchronization

/// Puts stored segments on the media Redis when a gateway wishes for them, and tells whoever waits (DESIGN §4, flow 4).
///
/// Wishes are repeated while somebody waits, so one that is lost with its store costs a second. What cannot be loaded is said
/// at once, and the film's owner makes it again.
struct SegmentLoader: Service {
    private static let popPatience: Duration = .seconds(2)
    private static let slowestRetry: Duration = .seconds(5)
    private static let batch = 32
    /// Segments read at once; further wishes wait in the list.
    private static let width = 64
    /// How long loaded bytes stay on the media Redis, in ms: as long as freshly made ones.
    static let lifetime: Int64 = 60_000

    let parts: StoreParts
    let redis: RedisClient
    let blocking: RedisBlockingList
    let marks = UseMarks()
    private let underWay = UnderWay()

    init(parts: StoreParts, redis: RedisClient, blocking: RedisBlockingList) {
        self.parts = parts
        self.redis = redis
        self.blocking = blocking
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { await loadForever() }
    }

    private func loadForever() async {
        await withTaskGroup(of: Void.self) { group in
            var pause: Duration = .milliseconds(100)
            var running = 0
            while !Task.isCancelled {
                do {
                    let (wishes, now) = try await take()
                    for wish in wishes {
                        if running == Self.width { await group.next() } else { running += 1 }
                        group.addTask { await load(wish, now: now) }
                    }
                    pause = .milliseconds(100)
                } catch {
                    guard !Task.isCancelled else { break }
                    parts.logger.warning("loading segments was interrupted", metadata: ["error": "\(error)"])
                    try? await Task.sleep(for: pause, clock: .loop)
                    pause = min(pause * 2, Self.slowestRetry)
                }
            }
            group.cancelAll()
        }
    }

    /// Waits for a wish and takes others that are there with it.
    private func take() async throws -> (wishes: [String], now: Int64) {
        let list = parts.keys.loadWishes
        guard let first = try await blocking.pop(from: list, timeout: Self.popPatience) else { return ([], 0) }
        let replies = try await redis.pipeline([["TIME"], ["RPOP", .text(list), RedisArgument(Self.batch - 1)]])
        guard replies.count == 2, let now = replies[0].milliseconds else {
            throw RedisError(.protocolViolation, "unexpected answer to TIME")
        }
        let more = (replies[1].array ?? []).compactMap(\.string)
        return ([first] + more, now)
    }

    /// - Parameter now: Redis ms.
    func load(_ payload: String, now: Int64) async {
        guard let wish = try? LoadWish(json: payload), let segment = wish.segment else {
            parts.metrics.wishesMalformed.increment()
            return
        }
        guard wish.deadline > now else { return parts.metrics.wishesLate.increment() }
        // Somebody else's wish for the same: the hint reaches both.
        guard underWay.begin(segment) else { return }
        defer { underWay.end(segment) }
        do {
            try await load(segment)
        } catch {
            parts.metrics.loadsFailed.increment()
            parts.logger.debug(
                "segment not loaded", metadata: ["request.id": "\(wish.request)", "error": "\(error)"])
            try? await parts.index.hint(segment, isLoaded: false)
        }
    }

    private func load(_ segment: StoredSegment) async throws {
        let key = RedisArgument.text(parts.mediaKey(segment))
        let start = ContinuousClock.now
        // There already, and there for as long again.
        if try await parts.media.send(["PEXPIRE", key, .integer(Self.lifetime)]).integer != 1 {
            guard let bytes = try await parts.storage.get(segment) else {
                parts.metrics.loadsMissing.increment()
                try await parts.index.lost(segment)
                return try await parts.index.hint(segment, isLoaded: false)
            }
            _ = try await parts.media.send(["SET", key, .bytes(bytes), "PX", .integer(Self.lifetime)])
            parts.metrics.loadedBytes.increment(by: bytes.readableBytes)
        }
        try await parts.index.hint(segment, isLoaded: true)
        parts.metrics.loaded.increment()
        parts.metrics.loadTime.record(duration: .now - start)
        if marks.isDue(segment.group) { try await parts.index.used(segment.group) }
    }

    /// Segments that are being loaded now.
    private final class UnderWay: Sendable {
        private let segments = Mutex<Set<StoredSegment>>([])

        func begin(_ segment: StoredSegment) -> Bool { segments.withLock { $0.insert(segment).inserted } }
        func end(_ segment: StoredSegment) { segments.withLock { _ = $0.remove(segment) } }
    }
}
