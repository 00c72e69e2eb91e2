import Contracts
import CoreMetrics
import Executors
import Logging
import Metrics
import NIOCore
import Redis
import Runtime
import ServiceLifecycle

/// Stores what films' owners announce (DESIGN §4, flow 5): takes notices in batches, reads the bytes off the media Redis,
/// writes them to storage, and only then says in the index that they are there.
///
/// Whoever dies in between leaves the notices in its processing list; they are given back by `ProcessingList.recover`. While
/// storing is stopped, nothing is taken: the list is bounded, and of too many notices the oldest are forgotten.
struct SegmentWriter: Service {
    private static let popPatience: Duration = .seconds(2)
    private static let slowestRetry: Duration = .seconds(5)
    /// Notices taken at once, and segments written at once.
    private static let batch = 32
    private static let width = 8

    let parts: StoreParts
    let room: RoomMaker
    let blocking: RedisBlockingList
    let storing: StoringSwitch

    func run() async throws {
        await cancelWhenGracefulShutdown { await storeForever() }
    }

    private func storeForever() async {
        let notices = parts.index.notices
        var pause: Duration = .milliseconds(100)
        while !Task.isCancelled {
            do {
                try await notices.register(parts.instance)
                try await store(try await notices.pending(parts.instance))
                pause = .milliseconds(100)
                try await storeUntilFailure(notices)
            } catch {
                guard !Task.isCancelled else { return }
                parts.logger.warning("storing segments was interrupted", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: pause, clock: .loop)
                pause = min(pause * 2, Self.slowestRetry)
            }
        }
    }

    private func storeUntilFailure(_ notices: ProcessingList) async throws {
        while !Task.isCancelled {
            if let resumeAt = storing.resumeAt { try await Task.sleep(until: resumeAt, clock: .loop) }
            let first = try await blocking.move(
                from: notices.source, to: notices.own(parts.instance), timeout: Self.popPatience)
            guard let first else { continue }
            try await store([first] + notices.takeMore(Self.batch - 1, by: parts.instance))
        }
    }

    /// Several at a time; throws when Redis fails, and then what is left stays in the processing list.
    private func store(_ payloads: [String]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, payload) in payloads.enumerated() {
                if number >= Self.width { try await group.next() }
                group.addTask { try await store(payload) }
            }
            try await group.waitForAll()
        }
    }

    private func store(_ payload: String) async throws {
        guard let notice = try? SegmentNotice(json: payload), let segment = notice.segment,
            (1...StorageError.largestSegment).contains(notice.byteCount),
            (0...3_600_000).contains(notice.encodeMilliseconds)
        else {
            parts.logger.warning("segment notice cannot be read")
            return try await finish(payload, parts.metrics.noticesMalformed)
        }
        guard storing.resumeAt == nil else { return try await finish(payload, parts.metrics.notStored) }
        switch try await admit(segment, notice) {
        case .stored: try await finish(payload, parts.metrics.storedBefore)
        case .full: try await finish(payload, parts.metrics.refused)
        case .admitted: try await write(segment, notice, payload)
        }
    }

    private func admit(_ segment: StoredSegment, _ notice: SegmentNotice) async throws -> StoredIndex.Admission {
        let limit = parts.settings.maximumBytes
        let first = try await parts.index.admit(segment, byteCount: notice.byteCount, limit: limit)
        guard first == .full, try await room.make(for: notice, of: segment.group) else { return first }
        return try await parts.index.admit(segment, byteCount: notice.byteCount, limit: limit)
    }

    private func write(_ segment: StoredSegment, _ notice: SegmentNotice, _ payload: String) async throws {
        do {
            guard let bytes = try await bytes(of: segment), bytes.readableBytes == notice.byteCount else {
                // They outlived their time on the media Redis.
                try await parts.index.release(segment, byteCount: notice.byteCount)
                return try await finish(payload, parts.metrics.bytesGone)
            }
            try await put(segment, bytes, notice)
        } catch let error as StorageError {
            try await parts.index.release(segment, byteCount: notice.byteCount)
            storing.failed(error)
            return try await finish(payload, parts.metrics.notStored)
        }
        try await parts.index.commit(
            segment, byteCount: notice.byteCount, encodeMilliseconds: notice.encodeMilliseconds, payload: payload,
            by: parts.instance)
        storing.succeeded()
        parts.metrics.written.increment()
        parts.metrics.writtenBytes.increment(by: notice.byteCount)
    }

    /// A disk may be fuller than the limit knows: others write there too. Then less worthy segments make room, once.
    private func put(_ segment: StoredSegment, _ bytes: ByteBuffer, _ notice: SegmentNotice) async throws {
        let start = ContinuousClock.now
        do {
            try await parts.storage.put(segment, bytes)
        } catch  where error.code == .full {
            guard try await room.make(for: notice, of: segment.group) else { throw error }
            try await parts.storage.put(segment, bytes)
        }
        parts.metrics.writeTime.record(duration: .now - start)
    }

    private func bytes(of segment: StoredSegment) async throws -> ByteBuffer? {
        try await parts.media.send(["GET", .text(parts.mediaKey(segment))], timeout: .seconds(5)).bytes
    }

    private func finish(_ payload: String, _ counter: Counter) async throws {
        try await parts.index.notices.finish(payload, by: parts.instance)
        counter.increment()
    }
}
