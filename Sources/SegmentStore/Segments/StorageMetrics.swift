import CoreMetrics
import Metrics

/// What storing, loading and keeping tell of their work.
struct StorageMetrics: Sendable {
    /// Segments and bytes written; segments that were stored already, could not be stored, or were not worth the room.
    let written: Counter
    let writtenBytes: Counter
    let storedBefore: Counter
    let notStored: Counter
    let refused: Counter
    /// Segments whose bytes had left the media Redis before they were stored; notices that make no sense.
    let bytesGone: Counter
    let noticesMalformed: Counter
    let writeTime: Timer
    /// Segments and bytes loaded; wishes past their deadline or without sense; files that were gone; failures.
    let loaded: Counter
    let loadedBytes: Counter
    let wishesLate: Counter
    let wishesMalformed: Counter
    let loadsMissing: Counter
    let loadsFailed: Counter
    let loadTime: Timer
    /// 1: segments are stored; 0: storage is full or away.
    let storing: Gauge
    /// Notices and load wishes that wait in their lists.
    let noticesWaiting: Gauge
    let wishesWaiting: Gauge
    /// Of the whole store, as the index says, and the limit.
    let bytes: Gauge
    let renditions: Gauge
    let limit: Gauge
    /// What the disk has left above its floor.
    let free: Gauge
    /// Renditions thrown away because their time was over, or to make room; corrections of the index.
    let expired: Counter
    let evicted: Counter
    let evictedBytes: Counter
    let corrected: Counter

    init(_ factory: any MetricsFactory) {
        func counter(_ name: String) -> Counter { Counter(label: "segment_store_\(name)_total", factory: factory) }
        func gauge(_ name: String) -> Gauge { Gauge(label: "segment_store_\(name)", factory: factory) }
        written = counter("segments_written")
        writtenBytes = counter("bytes_written")
        storedBefore = counter("segments_stored_before")
        notStored = counter("segments_not_stored")
        refused = counter("segments_refused")
        bytesGone = counter("segments_gone")
        noticesMalformed = counter("notices_malformed")
        writeTime = Timer(label: "segment_store_write", factory: factory)
        loaded = counter("segments_loaded")
        loadedBytes = counter("bytes_loaded")
        wishesLate = counter("wishes_late")
        wishesMalformed = counter("wishes_malformed")
        loadsMissing = counter("segments_missing")
        loadsFailed = counter("loads_failed")
        loadTime = Timer(label: "segment_store_load", factory: factory)
        storing = gauge("storing")
        noticesWaiting = gauge("notices_waiting")
        wishesWaiting = gauge("wishes_waiting")
        bytes = gauge("stored_bytes")
        renditions = gauge("stored_renditions")
        limit = gauge("stored_bytes_limit")
        free = gauge("disk_free_bytes")
        expired = counter("renditions_expired")
        evicted = counter("renditions_evicted")
        evictedBytes = counter("bytes_evicted")
        corrected = counter("renditions_corrected")
    }
}
