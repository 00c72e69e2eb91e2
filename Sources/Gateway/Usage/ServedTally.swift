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

    /// - Parameter offered: bytes that the whole film has in this rendition; 0 for channels.
    func view(_ stream: StreamID, rendition: String, offered: Int64 = 0) {
        add(stream, rendition, [.views: 1, .offered: offered])
    }

    /// - Parameters:
    ///   - wasCached: this gateway had it in memory.
    ///   - wasStored: it came out of storage and so was not made again.
    func segment(_ stream: StreamID, rendition: String, bytes: Int, wasCached: Bool, wasStored: Bool = false) {
        // A capability is needed to get here, so only renditions that exist become labels.
        Counter(label: "gateway_bytes_total", dimensions: [("rendition", rendition)]).increment(by: bytes)
        add(
            stream, rendition,
            [.bytes: Int64(bytes), .segments: 1, .cached: wasCached ? 1 : 0, .stored: wasStored && !wasCached ? 1 : 0])
    }

    /// The viewer was sent to the provider's own URL.
    /// - Parameter bytes: the file's size.
    func direct(_ stream: StreamID, bytes: Int64) { add(stream, "original", [.direct: bytes]) }

    /// A playlist whose segments lead straight to the bucket was handed out.
    func presigned(_ stream: StreamID, rendition: String, bytes: Int64) { add(stream, rendition, [.presigned: bytes]) }

    /// Everything counted so far; begins anew.
    func drain() -> [UsageReport.Entry] {
        let taken = counts.withLock { counts in
            defer { counts = [:] }
            return counts
        }
        return taken.map { UsageReport.Entry(stream: $0.stream, rendition: $0.rendition, amounts: $1) }
    }

    private func add(_ stream: StreamID, _ rendition: String, _ amounts: Counts) {
        let key = Key(stream: stream, rendition: rendition)
        counts.withLock { counts in
            guard counts[key] != nil || counts.count < Self.maximumEntries else { return }
            counts[key, default: [:]].merge(amounts) { $0 + $1 }
        }
    }
}
