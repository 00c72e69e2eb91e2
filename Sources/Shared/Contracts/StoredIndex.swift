import NIOCore
import Redis

/// The common index of what all SegmentStores have in storage: a bitmap and a record per rendition, and the sum of all bytes.
///
/// Every change is one script, so that any number of stores may work on it. The files or objects themselves are the truth:
/// whatever Redis forgets is found again by listing them (`reconcile`).
public struct StoredIndex: Sendable {
    let redis: RedisClient
    let keys: Keys

    public init(redis: RedisClient, keys: Keys) {
        self.redis = redis
        self.keys = keys
    }

    /// How SegmentStores take notices and are recovered from.
    public var notices: ProcessingList {
        ProcessingList(
            redis: redis, instances: keys.instances, source: keys.segmentNotices, processors: keys.noticeProcessors,
            processing: { [keys] in keys.noticeProcessing(instance: $0) })
    }

    // MARK: Storing

    public enum Admission: String, Sendable, Equatable {
        /// Its bytes are counted from now on: `commit` or `release` follows.
        case admitted
        /// It is there already.
        case stored
        /// The limit would be exceeded.
        case full
    }

    /// Counts a segment's bytes before they are written, so that no number of stores together can exceed the limit.
    /// - Parameter limit: bytes of all stored segments together.
    public func admit(_ segment: StoredSegment, byteCount: Int, limit: Int64) async throws -> Admission {
        let reply = try await redis.run(
            Self.admitScript, keys: names(segment.group),
            arguments: [
                RedisArgument(segment.bit), RedisArgument(byteCount), .integer(limit), .text(segment.group.description),
            ])
        guard let admission = reply.string.flatMap(Admission.init(rawValue:)) else {
            throw RedisError(.protocolViolation, "unexpected answer to store.admit")
        }
        return admission
    }

    /// The segment is in storage: sets its bit and takes its notice out of the processing list.
    /// - Parameters:
    ///   - byteCount: what was admitted.
    ///   - encodeMilliseconds: what its making has cost.
    public func commit(
        _ segment: StoredSegment, byteCount: Int, encodeMilliseconds: Int, payload: String, by instance: String
    ) async throws {
        _ = try await redis.run(
            Self.commitScript, keys: names(segment.group) + [keys.noticeProcessing(instance: instance)],
            arguments: [
                RedisArgument(segment.bit), RedisArgument(byteCount), RedisArgument(encodeMilliseconds),
                .text(segment.group.description), .text(payload),
            ])
    }

    /// The segment was admitted and could not be stored.
    public func release(_ segment: StoredSegment, byteCount: Int) async throws {
        _ = try await redis.run(
            Self.releaseScript, keys: names(segment.group),
            arguments: [RedisArgument(byteCount), .text(segment.group.description)])
    }

    // MARK: Loading

    /// Its file is gone, whoever took it: clears the bit.
    public func lost(_ segment: StoredSegment) async throws {
        _ = try await redis.run(
            Self.lostScript, keys: names(segment.group),
            arguments: [RedisArgument(segment.bit), .text(segment.group.description)])
    }

    /// Somebody watches it.
    public func used(_ group: StoredGroup) async throws {
        _ = try await redis.run(Self.usedScript, keys: names(group), arguments: [])
    }

    /// Tells whoever waits for a segment whether its bytes are on the media Redis now.
    public func hint(_ segment: StoredSegment, isLoaded: Bool) async throws {
        guard let piece = segment.piece else { return }
        _ = try await redis.send([
            "PUBLISH", .text(keys.filmChannel(segment.stream)), .text("\(piece)\(isLoaded ? "" : "!")"),
        ])
    }

    // MARK: The whole

    /// Bytes of everything stored, reserved ones included.
    public func byteCount() async throws -> Int64 {
        try await redis.send(["GET", .text(keys.storedBytes)]).integer ?? 0
    }

    /// How many notices and load wishes wait.
    public func waiting() async throws -> (notices: Int, wishes: Int) {
        let replies = try await redis.pipeline([
            ["LLEN", .text(keys.segmentNotices)], ["LLEN", .text(keys.loadWishes)],
        ])
        let counts = replies.map { Int($0.integer ?? 0) }
        return counts.count == 2 ? (counts[0], counts[1]) : (0, 0)
    }

    /// Every stored rendition, and the Redis time in ms.
    public func records() async throws -> (records: [StoredRecord], now: Int64) {
        let head = try await redis.pipeline([["TIME"], ["SMEMBERS", .text(keys.storedGroups)]])
        guard head.count == 2, let now = head[0].milliseconds else {
            throw RedisError(.protocolViolation, "unexpected answer to TIME")
        }
        let groups = (head[1].array ?? []).compactMap { $0.string.flatMap { StoredGroup($0) } }
        var records: [StoredRecord] = []
        for start in stride(from: 0, to: groups.count, by: 200) {
            let part = groups[start..<min(start + 200, groups.count)]
            let replies = try await redis.pipeline(part.map { ["HGETALL", .text(record($0))] })
            records += zip(part, replies).map { StoredRecord($0, $1.dictionary) }
        }
        return (records, now)
    }

    /// Removes a rendition from the index, unless it has changed since `record` was read, is being written to, or is promised
    /// to somebody.
    /// - Returns: what was stored of it, to be deleted now; then its bytes are `freed`. `nil` if it stays.
    public func forget(_ record: StoredRecord) async throws -> [StoredSegment]? {
        let reply = try await redis.run(
            Self.forgetScript, keys: names(record.group),
            arguments: [.integer(record.changed), .text(record.group.description)])
        guard let bits = reply.bytes else { return nil }
        return StoredMap(bytes: bits).indices.compactMap { StoredSegment(group: record.group, index: $0) }
    }

    /// The bytes of a forgotten rendition are deleted: others may have the room.
    public func freed(_ bytes: Int64) async throws {
        _ = try await redis.send(["DECRBY", .text(keys.storedBytes), .integer(bytes)])
    }

    /// Sums up all renditions anew.
    public func sumUp() async throws {
        _ = try await redis.run(
            Self.sumScript, keys: [keys.storedGroups, keys.storedBytes], arguments: [.text(keys.prefix)])
    }

    /// Corrects the index after what was found in storage, unless somebody has changed it in the meantime.
    /// - Parameter changed: `StoredRecord.changed` from before storage was listed; 0: there was no record.
    /// - Returns: whether anything was corrected.
    public func reconcile(_ group: StoredGroup, with found: FoundGroup, changed: Int64) async throws -> Bool {
        let map = StoredMap(indices: found.indices)
        return try await redis.run(
            Self.reconcileScript, keys: names(group),
            arguments: [
                .integer(changed), .text(group.description), RedisArgument(found.indices.count),
                .integer(found.byteCount), .integer(found.newest), RedisArgument(found.encodeMilliseconds),
                .bytes(map.bytes),
            ]
        ).integer == 1
    }

    /// Whether it is this store's turn to do what one does for all.
    public func takeTurn(_ task: String, every interval: Duration) async throws -> Bool {
        try await redis.run(
            Self.turnScript, keys: [keys.storeTurns],
            arguments: [.text(task), .integer(interval.components.seconds * 1000)]
        ).integer == 1
    }

    private func record(_ group: StoredGroup) -> String {
        keys.storedGroup(group.stream, version: group.version, rendition: group.rendition)
    }

    private func names(_ group: StoredGroup) -> [String] {
        [
            keys.filmStored(group.stream, version: group.version, rendition: group.rendition), record(group),
            keys.storedBytes, keys.storedGroups,
        ]
    }

    private static let admitScript = RedisScript("store.admit", RedisTime.prelude + storedPrelude + storeAdmitLua)
    private static let commitScript = RedisScript("store.commit", RedisTime.prelude + storedPrelude + storeCommitLua)
    private static let releaseScript = RedisScript("store.release", RedisTime.prelude + storedPrelude + storeReleaseLua)
    private static let lostScript = RedisScript("store.lost", RedisTime.prelude + storedPrelude + storeLostLua)
    private static let usedScript = RedisScript("store.used", RedisTime.prelude + storeUsedLua)
    private static let forgetScript = RedisScript("store.forget", RedisTime.prelude + storedPrelude + storeForgetLua)
    private static let reconcileScript = RedisScript(
        "store.reconcile", RedisTime.prelude + storedPrelude + storeReconcileLua)
    private static let sumScript = RedisScript("store.sum", storeSumLua)
    private static let turnScript = RedisScript("store.turn", RedisTime.prelude + storeTurnLua)
}
