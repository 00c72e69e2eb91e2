import Contracts
import Metrics
import Synchronization

/// What this gateway has served since the last report, by stream and rendition. Safe from any thread.
///
/// Only memory: the books themselves are `UsageLedger`'s. Bounded: past `maximumEntries` different pairs between two reports,
/// further pairs are counted under the metric only.
final class ServedTally: Sendable {
    struct Key: Sendable, Hashable {
        let stream: StreamID
        let rendition: String
    }

    typealias Counts = [UsageAmount: Int64]

    static let maximumEntries = 20_000

    private let counts = Mutex<[Key: Counts]>([:])

    func view(_ stream: StreamID, rendition: String) { add(stream, rendition, [.views: 1]) }

    /// - Parameter more: further amounts of the same segment.
    func segment(
        _ stream: StreamID, rendition: String, bytes: Int, from source: SegmentCache.Source, and more: Counts = [:]
    ) {
        // A capability is needed to get here, so only renditions that exist become labels.
        Counter(label: "gateway_bytes_total", dimensions: [("rendition", rendition)]).increment(by: bytes)
        let counts: Counts = [
            .bytes: Int64(bytes), .segments: 1, .cached: source == .memory ? 1 : 0,
            .stored: source == .storage ? 1 : 0,
        ]
        add(stream, rendition, counts.merging(more) { $0 + $1 })
    }

    /// Everything counted so far; begins anew.
    func drain() -> [UsageReport.Entry] {
        let taken = counts.withLock { counts in
            defer { counts = [:] }
            return counts
        }
        return taken.map { UsageReport.Entry(stream: $0.stream, rendition: $0.rendition, amounts: $1) }
    }

    func add(_ stream: StreamID, _ rendition: String, _ amounts: Counts) {
        let key = Key(stream: stream, rendition: rendition)
        counts.withLock { counts in
            guard counts[key] != nil || counts.count < Self.maximumEntries else { return }
            counts[key, default: [:]].merge(amounts) { $0 + $1 }
        }
    }
}
