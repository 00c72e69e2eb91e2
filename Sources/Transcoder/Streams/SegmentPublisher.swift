import Contracts
import Executors
import Live
import Logging
import Metrics
import NIOCore
import Redis
import Synchronization

/// Puts an owner's finished segments into Redis, in order: bytes first, then the record (DESIGN §4, "Bytes before record").
///
/// The engine's threads hand segments over without waiting. While Redis is away they queue here, at most `capacity` of them;
/// one more means that the playlist cannot go on without a hole, so the stream is given up and claimed anew.
final class SegmentPublisher: Sendable {
    enum Outcome: Sendable, Equatable {
        /// Another owner has the stream.
        case fenced
        /// Redis was away for longer than the queue lasts.
        case overflowed
        /// The engine is done and everything is recorded.
        case drained
    }

    /// About 45 s of media.
    static let capacity = 12
    /// Segment sets kept to be stored again if the media Redis loses them. Players stand three target durations behind the edge.
    private static let kept = 4

    private let stream: StreamID
    private let media: RedisClient
    private let ownership: StreamOwnership
    private let keys: Keys
    private let window: Int
    private let logger: Logger
    private let queue: AsyncStream<FinishedSegment>
    private let input: AsyncStream<FinishedSegment>.Continuation
    private let hasOverflowed = Mutex(false)
    private let unrecorded = Atomic<Int>(0)
    private let recent = Mutex<[FinishedSegment]>([])
    private let hasRecorded: @Sendable () -> Void
    private let published = Counter(label: "live_segments_recorded_total")
    private let retries = Counter(label: "live_segment_record_retries_total")

    /// - Parameter hasRecorded: called after each segment.
    init(
        stream: StreamID, media: RedisClient, ownership: StreamOwnership, keys: Keys, window: Int, logger: Logger,
        hasRecorded: @escaping @Sendable () -> Void = {}
    ) {
        self.stream = stream
        self.hasRecorded = hasRecorded
        self.media = media
        self.ownership = ownership
        self.keys = keys
        self.window = window
        self.logger = logger
        (queue, input) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.capacity))
    }

    /// Segments that are not recorded yet.
    var waiting: Int { unrecorded.load(ordering: .relaxed) }

    /// Hands one segment over. Any thread; never waits.
    func offer(_ segment: FinishedSegment) {
        unrecorded.wrappingAdd(1, ordering: .relaxed)
        if case .dropped = input.yield(segment) {
            hasOverflowed.withLock { $0 = true }
            input.finish()
        }
    }

    /// No more segments will come: `run` returns when the rest is recorded.
    func finish() { input.finish() }

    /// Records segments until there are no more, the stream is lost, or the task is cancelled.
    func run() async -> Outcome {
        for await segment in queue {
            defer { unrecorded.wrappingSubtract(1, ordering: .relaxed) }
            guard await record(segment) else { return Task.isCancelled ? .drained : .fenced }
        }
        return hasOverflowed.withLock { $0 } ? .overflowed : .drained
    }

    /// Stores the newest segments' bytes again: the media Redis has lost them.
    func storeRecentAgain() async {
        for segment in recent.withLock({ $0 }) {
            do {
                try await store(segment)
            } catch {
                logger.warning("Cannot store recent segments again", metadata: ["error": "\(error)"])
                return
            }
        }
    }

    /// - Returns: `false` if fenced or cancelled.
    private func record(_ segment: FinishedSegment) async -> Bool {
        while !Task.isCancelled {
            do {
                try await store(segment)
                guard try await ownership.record(stream, segment: segment.record, window: window) else { return false }
                published.increment()
                hasRecorded()
                remember(segment)
                return true
            } catch {
                retries.increment()
                logger.debug("Segment not recorded yet", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: .milliseconds(200), clock: .loop)
            }
        }
        return false
    }

    private func store(_ segment: FinishedSegment) async throws {
        let lifetime = timeToLive(targetDuration: 4)
        let commands: [RedisCommand] = segment.bytes.map { name, bytes in
            let key = keys.segment(
                stream, epoch: segment.record.epoch, sequence: segment.record.sequence, rendition: name)
            return ["SET", .text(key), .bytes(ByteBuffer(bytes: bytes)), "PX", .integer(lifetime)]
        }
        for reply in try await media.pipeline(commands) {
            if case .error(let message) = reply { throw RedisError(.server, message) }
        }
    }

    private func remember(_ segment: FinishedSegment) {
        recent.withLock {
            $0.append(segment)
            if $0.count > Self.kept { $0.removeFirst() }
        }
    }

    /// Window plus three target durations (DESIGN §6), in ms.
    private func timeToLive(targetDuration: Int) -> Int64 { Int64((window + 3) * targetDuration) * 1000 }
}
