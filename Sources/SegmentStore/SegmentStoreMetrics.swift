import CoreMetrics
import Metrics
import Runtime

/// What the SegmentStore tells of its work.
struct SegmentStoreMetrics: Sendable {
    /// Usage reports counted, met again, and not readable.
    let counted: Counter
    let repeated: Counter
    let malformed: Counter
    /// Reports and notices given back from dead SegmentStores.
    let recovered: Counter
    /// Streams whose playlist and bytes were removed; segments removed with them; streams forgotten altogether.
    let emptied: Counter
    let segments: Counter
    let forgotten: Counter
    /// Playback sessions forgotten, and stale entries of the fleet's registers.
    let sessions: Counter
    let entries: Counter
    /// `claims_waiting{kind}`: streams that no worker has taken yet. All stores say the same.
    let liveClaims: Gauge
    let filmClaims: Gauge
    /// One round of cleaning up, and rounds that failed.
    let round: Timer
    let failedRounds: Counter

    init(_ factory: any MetricsFactory) {
        func counter(_ name: String) -> Counter { Counter(label: "segment_store_\(name)", factory: factory) }
        counted = counter("usage_reports_counted")
        repeated = counter("usage_reports_repeated")
        malformed = counter("usage_reports_malformed")
        recovered = counter("list_entries_recovered")
        emptied = counter("streams_emptied")
        segments = counter("segments_removed")
        forgotten = counter("streams_forgotten")
        sessions = counter("sessions_forgotten")
        entries = counter("stale_entries_removed")
        liveClaims = Gauge(label: "claims_waiting", dimensions: [("kind", "live")], factory: factory)
        filmClaims = Gauge(label: "claims_waiting", dimensions: [("kind", "film")], factory: factory)
        round = Timer(label: "segment_store_round", factory: factory)
        failedRounds = counter("rounds_failed")
    }
}
