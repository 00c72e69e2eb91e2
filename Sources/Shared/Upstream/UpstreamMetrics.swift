import Metrics
import Synchronization

/// What the HTTP clients of this process do, over all servers (a server's name is never a label).
enum UpstreamMetrics {
    /// `upstream_requests_total{outcome}`: `ok` (any status) or an error's code.
    static func count(_ error: UpstreamError?) {
        Counter(label: "upstream_requests_total", dimensions: [("outcome", error?.code.rawValue ?? "ok")]).increment()
    }

    /// `upstream_stream_bytes_total`: media bytes handed to readers.
    static func received(_ count: Int) {
        if count > 0 { bytes.increment(by: count) }
    }

    /// `upstream_streams_open`: streams that hold, or are making, a connection.
    static func streamOpened() { streams.record(openStreams.add(1, ordering: .relaxed).newValue) }
    static func streamClosed() { streams.record(openStreams.subtract(1, ordering: .relaxed).newValue) }

    /// `upstream_requests_queued`, `upstream_requests_active`: of the clients together, at the last change.
    static func load(queued: Int, active: Int) {
        queuedRequests.record(queued)
        activeRequests.record(active)
    }

    private static let openStreams = Atomic<Int>(0)
    private static let bytes = Counter(label: "upstream_stream_bytes_total")
    private static let streams = Gauge(label: "upstream_streams_open")
    private static let queuedRequests = Gauge(label: "upstream_requests_queued")
    private static let activeRequests = Gauge(label: "upstream_requests_active")
}
