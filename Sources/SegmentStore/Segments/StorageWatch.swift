import Contracts
import CoreMetrics
import Executors
import Logging
import Metrics
import ServiceLifecycle

/// Keeps storage and its index in order: looks through storage at start and every six hours, and corrects the index after what
/// is there; throws away what is past its time, round after round.
///
/// With one bucket and several stores, one of them looks for all. What it does may be interrupted anywhere and begun again.
struct StorageWatch: Service {
    private static let lookInterval: Duration = .seconds(6 * 3600)

    let parts: StoreParts
    let room: RoomMaker
    /// Storage belongs to this store alone: it looks at every start. Otherwise only when it is its turn.
    let isOwn: Bool

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var hasLooked = !isOwn
            while true {
                do {
                    if try await parts.index.takeTurn("look", every: Self.lookInterval) || !hasLooked {
                        try await look()
                        hasLooked = true
                    }
                    let waiting = try await parts.index.waiting()
                    parts.metrics.noticesWaiting.record(waiting.notices)
                    parts.metrics.wishesWaiting.record(waiting.wishes)
                    try await room.tidy()
                } catch {
                    try Task.checkCancellation()
                    parts.logger.warning("keeping storage in order failed", metadata: ["error": "\(error)"])
                }
                try await Task.sleep(for: parts.settings.interval, clock: .loop)
            }
        }
    }

    /// Goes through all of storage once. What changes meanwhile, or has changed within `settling`, is left for the next time: a
    /// write may be under way.
    func look(settling: Duration = .seconds(60)) async throws {
        let (records, now) = try await parts.index.records()
        let cost = EncodeCost(records)
        let settled = (now - settling.components.seconds * 1000) * 1000
        var known = Dictionary(uniqueKeysWithValues: records.map { ($0.group, $0) })
        var corrected = 0
        var current: (group: StoredGroup, found: FoundGroup)?
        func settle() async throws {
            guard let (group, found) = current else { return }
            current = nil
            let changed = known.removeValue(forKey: group)?.changed ?? 0
            guard changed <= settled else { return }
            if try await parts.index.reconcile(group, with: found, changed: changed) { corrected += 1 }
        }
        var token: String?
        repeat {
            let page = try await parts.storage.list(after: token)
            for entry in page.entries {
                if current?.group != entry.segment.group {
                    try await settle()
                    current = (entry.segment.group, FoundGroup())
                }
                current?.found.add(entry, cost)
            }
            token = page.next
        } while token != nil
        try await settle()
        for record in known.values where record.changed <= settled {
            if try await parts.index.reconcile(record.group, with: FoundGroup(), changed: record.changed) {
                corrected += 1
            }
        }
        try await parts.index.sumUp()
        parts.metrics.corrected.increment(by: corrected)
        parts.logger.info(
            "storage was looked through",
            metadata: ["store.renditions": "\(records.count)", "store.corrected": "\(corrected)"])
    }
}

extension FoundGroup {
    fileprivate mutating func add(_ entry: StoragePage.Entry, _ cost: EncodeCost) {
        indices.append(entry.segment.index)
        byteCount += entry.byteCount
        newest = max(newest, entry.modified)
        encodeMilliseconds += cost.estimate(rendition: entry.segment.group.rendition)
    }
}
