import Contracts

/// What is kept and what goes. Pure: records, popularity and a clock in, renditions to throw away out.
///
/// A rendition's *worth* is what a byte of it saves: views (the older the less, half after a week) × CPU time that its
/// segments have cost ÷ bytes. A film without a view counts as seen once: somebody has watched it into being.
struct KeepDecision: Sendable {
    /// The longest life, in ms (`SEGMENT_CACHE_TTL`).
    let longestLife: Int64
    let popularity: [StreamID: Popularity.Score]
    /// Redis ms.
    let now: Int64

    private static let hour: Int64 = 3_600_000
    private static let day: Int64 = 24 * hour

    /// How long a rendition is kept unused, in ms, by how often its film was viewed.
    func lifetime(views: Int64) -> Int64 {
        switch views {
        case 100...: longestLife
        case 50...: min(longestLife, 15 * Self.day)
        case 10...: min(longestLife, 7 * Self.day)
        default: min(longestLife, Self.day)
        }
    }

    func worth(_ record: StoredRecord) -> Double {
        let views = max(1, popularity[record.group.stream]?.faded(to: now) ?? 0)
        // A version that nobody loads any more fades, however popular its film is.
        let fading = Popularity.fading(over: now - record.used)
        return views * fading * Double(max(1, record.encodeMilliseconds)) / Double(max(1, record.byteCount))
    }

    /// Renditions whose time is over.
    func expired(_ records: [StoredRecord]) -> [StoredRecord] {
        records.filter { record in
            let views = popularity[record.group.stream]?.views ?? 0
            return record.promised <= now && now - record.used > lifetime(views: views)
        }
    }

    /// What must go so that there is room, the least worthy first.
    /// - Parameters:
    ///   - needed: bytes without which there is no room.
    ///   - wanted: bytes that are better freed at once, so that the next newcomer need not ask.
    ///   - newcomer: only what is worth less goes, and never itself; `nil`: anything may go.
    /// - Returns: empty if it is not worth it.
    func victims(
        _ records: [StoredRecord], needed: Int64, wanted: Int64, newcomer: StoredRecord? = nil
    ) -> [StoredRecord] {
        guard needed > 0 else { return [] }
        let bound = newcomer.map(worth) ?? .infinity
        let candidates = records.filter { $0.promised <= now && $0.group != newcomer?.group }
            .map { (record: $0, worth: worth($0)) }
            .filter { $0.worth < bound }
            .sorted { ($0.worth, $0.record.used) < ($1.worth, $1.record.used) }
        var victims: [StoredRecord] = []
        var freed: Int64 = 0
        for (record, _) in candidates where freed < max(needed, wanted) {
            victims.append(record)
            freed += record.byteCount
        }
        return freed >= needed ? victims : []
    }
}
