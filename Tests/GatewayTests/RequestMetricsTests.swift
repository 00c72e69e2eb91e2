import HTTPTypes
import Metrics
import Runtime
import Testing

@testable import Gateway

@Suite struct RequestMetricsTests {
    /// How long refusals take says nothing of what is answered.
    @Test func requestsAreCountedAndTimedByStatus() {
        let registry = PrometheusRegistry()
        withMetricsFactory(registry) {
            let metrics = RequestMetrics()
            for status in [HTTPResponse.Status.ok, .ok, .serviceUnavailable] {
                metrics.record("/api/live/{streamId}", status, since: .now)
            }
        }
        let text = registry.render()
        for (status, count) in [("2xx", 2), ("5xx", 1)] {
            let labels = #"{route="/api/live/{streamId}",status="\#(status)"}"#
            #expect(text.contains("gateway_requests_total\(labels) \(count)\n"), "\(text)")
            #expect(text.contains("gateway_request_seconds_count\(labels) \(count)\n"), "\(text)")
        }
    }
}
