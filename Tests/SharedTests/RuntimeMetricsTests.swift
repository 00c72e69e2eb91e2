import Metrics
import Testing

@testable import Runtime

struct RuntimeMetricsTests {
    @Test func allKindsRender() {
        let registry = PrometheusRegistry()
        Counter(label: "http.requests", dimensions: [("route", "/a\"b"), ("code", "200")], factory: registry).increment(
            by: 3)
        FloatingPointCounter(label: "cpu_seconds_total", factory: registry).increment(by: 0.5)
        Gauge(label: "queue", factory: registry).record(7)
        let meter = Meter(label: "level", factory: registry)
        meter.set(2.5)
        meter.decrement()
        Timer(label: "wait", factory: registry).recordNanoseconds(30_000_000)
        Recorder(label: "batch", factory: registry).record(5)
        let lines = Set(registry.render().split(separator: "\n").map(String.init))
        for line in [
            "# TYPE http_requests_total counter", "http_requests_total{code=\"200\",route=\"/a\\\"b\"} 3",
            "cpu_seconds_total 0.5", "# TYPE queue gauge", "queue 7", "level 1.5", "# TYPE wait_seconds histogram",
            "wait_seconds_bucket{le=\"0.025\"} 0", "wait_seconds_bucket{le=\"0.05\"} 1",
            "wait_seconds_bucket{le=\"+Inf\"} 1",
            "wait_seconds_sum 0.03", "wait_seconds_count 1", "batch_bucket{le=\"4\"} 0", "batch_bucket{le=\"16\"} 1",
            "dash_metrics_series_dropped_total 0",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
    }

    @Test func equalLabelsAreOneSeriesInWhateverOrder() {
        let registry = PrometheusRegistry()
        Counter(label: "a", dimensions: [("x", "1"), ("y", "2")], factory: registry).increment()
        Counter(label: "a", dimensions: [("y", "2"), ("x", "1")], factory: registry).increment()
        #expect(registry.render().contains("a_total{x=\"1\",y=\"2\"} 2\n"))
    }

    @Test func seriesAreBounded() {
        let registry = PrometheusRegistry(limit: 3)
        for index in 0..<10 { Counter(label: "a", dimensions: [("n", "\(index)")], factory: registry).increment() }
        let text = registry.render()
        #expect(text.contains("n=\"2\"") && !text.contains("n=\"3\""))
        #expect(text.contains("dash_metrics_series_dropped_total 7\n"))
    }

    @Test func oneNameIsOneKind() {
        let registry = PrometheusRegistry()
        Gauge(label: "a_total", factory: registry).record(1)
        Counter(label: "a", factory: registry).increment()
        #expect(registry.render().contains("# TYPE a_total gauge\na_total 1\n"))
        #expect(registry.render().contains("dash_metrics_series_dropped_total 1\n"))
    }

    @Test func aDestroyedSeriesIsGoneAndMakesRoom() {
        let registry = PrometheusRegistry(limit: 1)
        let gauge = Gauge(label: "a", factory: registry)
        gauge.destroy()
        Gauge(label: "b", factory: registry).record(1)
        #expect(!registry.render().contains("TYPE a "))
        #expect(registry.render().contains("\nb 1\n"))
    }

    @Test func manyThreadsLoseNothing() async {
        let registry = PrometheusRegistry()
        let counter = Counter(label: "a", factory: registry)
        let sum = FloatingPointCounter(label: "b", factory: registry)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<5000 {
                        counter.increment()
                        sum.increment(by: 0.5)
                    }
                }
            }
        }
        #expect(registry.render().contains("a_total 20000\n"))
        #expect(registry.render().contains("b_total 10000\n"))
    }
}
