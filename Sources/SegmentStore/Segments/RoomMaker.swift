import Contracts
import CoreMetrics
import Executors
import Logging
import Metrics

/// Throws renditions away: those whose time is over, and the least worthy when there is no room. One thing at a time.
actor RoomMaker {
    /// What is freed beyond the need: a twentieth of the limit.
    private static let margin: Int64 = 20
    /// How long a look at the index may be reused for refusing newcomers.
    private static let memory: Duration = .seconds(5)

    private let parts: StoreParts
    private var tail: Task<Void, Never>?
    private var refusal: (worth: Double, until: ContinuousClock.Instant)?

    init(parts: StoreParts) { self.parts = parts }

    /// Makes room for one more segment of `group`, if less worthy renditions can be thrown away for it.
    /// - Returns: whether there is room now.
    func make(for notice: SegmentNotice, of group: StoredGroup) async throws -> Bool {
        try await alone {
            let bytes = Int64(notice.byteCount)
            let (needed, wanted) = try await self.shortage(for: bytes)
            guard needed > 0 else { return true }
            let (records, now) = try await self.parts.index.records()
            var newcomer =
                records.first { $0.group == group }
                ?? StoredRecord(group: group, byteCount: 0, count: 0, encodeMilliseconds: 0, used: now)
            newcomer.byteCount += bytes
            newcomer.encodeMilliseconds += Int64(notice.encodeMilliseconds)
            newcomer.used = now
            let decision = try await self.decision(now: now)
            let worth = decision.worth(newcomer)
            if let refusal = self.refusal, refusal.until > .now, worth <= refusal.worth { return false }
            let victims = decision.victims(records, needed: needed, wanted: wanted, newcomer: newcomer)
            guard !victims.isEmpty else {
                self.refusal = (worth, .now + Self.memory)
                return false
            }
            let freed = try await self.throwAway(victims, counting: self.parts.metrics.evicted)
            self.parts.logger.info(
                "less worthy segments made room",
                metadata: ["store.renditions": "\(victims.count)", "store.bytes": "\(freed)"])
            return freed >= needed
        }
    }

    /// One round: what is past its time goes, and what exceeds a limit that was lowered, or a disk that others have filled.
    func tidy() async throws {
        _ = try await alone {
            let (records, now) = try await self.parts.index.records()
            let decision = try await self.decision(now: now)
            let expired = decision.expired(records)
            _ = try await self.throwAway(expired, counting: self.parts.metrics.expired)
            let (needed, wanted) = try await self.shortage(for: 0)
            let left = records.filter { !expired.contains($0) }
            let victims = decision.victims(left, needed: needed, wanted: wanted)
            _ = try await self.throwAway(victims, counting: self.parts.metrics.evicted)
            try await self.report(renditions: left.count - victims.count)
            return true
        }
    }

    /// How many bytes are too many, and how many are better freed.
    private func shortage(for bytes: Int64) async throws -> (needed: Int64, wanted: Int64) {
        let total = try await parts.index.byteCount()
        let free = try await parts.storage.freeBytes()
        parts.metrics.free.record(free ?? -1)
        let limit = min(parts.settings.maximumBytes, free.map { total + $0 } ?? .max)
        let needed = total + bytes - limit
        return (needed, needed + limit / Self.margin)
    }

    private func decision(now: Int64) async throws -> KeepDecision {
        let longest = parts.settings.longestLife.components.seconds * 1000
        return KeepDecision(longestLife: longest, popularity: try await parts.popularity.scores(), now: now)
    }

    /// The index first, so that nobody is promised what is about to go; then the bytes. Dying in between leaves files that the
    /// next look into storage finds.
    /// - Returns: bytes that were freed.
    private func throwAway(_ records: [StoredRecord], counting counter: Counter) async throws -> Int64 {
        var freed: Int64 = 0
        for record in records {
            guard let segments = try await parts.index.forget(record) else { continue }
            try await parts.storage.delete(segments)
            try await parts.index.freed(record.byteCount)
            freed += record.byteCount
            counter.increment()
        }
        parts.metrics.evictedBytes.increment(by: freed)
        return freed
    }

    private func report(renditions: Int) async throws {
        parts.metrics.bytes.record(try await parts.index.byteCount())
        parts.metrics.limit.record(parts.settings.maximumBytes)
        parts.metrics.renditions.record(renditions)
    }

    /// Runs `body` when all earlier ones have ended: two at once would throw away twice as much.
    private func alone(_ body: @escaping () async throws -> Bool) async throws -> Bool {
        let before = tail
        let (stream, end) = AsyncStream<Void>.makeStream()
        tail = TaskPool.task { for await _ in stream {} }
        defer { end.finish() }
        await before?.value
        return try await body()
    }
}
