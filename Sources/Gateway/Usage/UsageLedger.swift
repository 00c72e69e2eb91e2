import Contracts
import Metrics
import Synchronization

/// What this gateway has served since the last report, by stream and rendition. Safe from any thread.
///
/// Bounded: past `maximumEntries` different pairs between two reports, further pairs are counted under the metric only.
final class UsageLedger: Sendable {
    struct Key: Sendable, Hashable {
        let stream: StreamID
        let rendition: String
    }

    struct Counts: Sendable, Equatable {
        var bytes: Int64 = 0
        var segments: Int64 = 0
        var views: Int64 = 0
        var cached: Int64 = 0
    }

    static let maximumEntries = 20_000

    private let counts = Mutex<[Key: Counts]>([:])

    func view(_ stream: StreamID, rendition: String) {
        add(Key(stream: stream, rendition: rendition)) { $0.views += 1 }
    }

    func segment(_ stream: StreamID, rendition: String, bytes: Int, wasCached: Bool) {
        // A capability is needed to get here, so only renditions that exist become labels.
        Counter(label: "gateway_bytes_total", dimensions: [("rendition", rendition)]).increment(by: bytes)
        add(Key(stream: stream, rendition: rendition)) { counts in
            counts.bytes += Int64(bytes)
            counts.segments += 1
            if wasCached { counts.cached += 1 }
        }
    }

    /// Everything counted so far; begins anew.
    func drain() -> [UsageReport.Entry] {
        let taken = counts.withLock { counts in
            defer { counts = [:] }
            return counts
        }
        return taken.map { key, counts in
            UsageReport.Entry(
                stream: key.stream, rendition: key.rendition, bytes: counts.bytes, segments: counts.segments,
                views: counts.views, cached: counts.cached)
        }
    }

    private func add(_ key: Key, _ change: (inout Counts) -> Void) {
        counts.withLock { counts in
            guard counts[key] != nil || counts.count < Self.maximumEntries else { return }
            change(&counts[key, default: Counts()])
        }
    }
}
