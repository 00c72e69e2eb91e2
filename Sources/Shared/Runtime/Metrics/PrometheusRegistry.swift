import CoreMetrics
import Synchronization

/// The swift-metrics backend of all services: keeps every series and renders the Prometheus text format 0.0.4.
///
/// Counters are called `…_total`, timers `…_seconds`. Recording is one atomic operation; making a metric takes a lock,
/// so make it once and keep it. At most `limit` series exist: further ones go nowhere and are counted in
/// `dash_metrics_series_dropped_total` (an unbounded label is a bug, and must not become a leak).
public final class PrometheusRegistry: MetricsFactory {
    /// One kind of instrument under one name, with a handler per set of labels.
    struct Family: Sendable {
        let kind: Kind
        var series: [String: any Sendable & AnyObject] = [:]
    }

    enum Kind: String, Sendable { case counter, gauge, histogram }

    private struct State: Sendable {
        var families: [String: Family] = [:]
        var seriesCount = 0
    }

    private let state = Mutex(State())
    private let dropped = PrometheusCounter()
    private let limit: Int

    public init(limit: Int = 5000) { self.limit = limit }

    // MARK: MetricsFactory

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        handler(label, "_total", .counter, dimensions) { PrometheusCounter() }
    }

    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        handler(label, "_total", .counter, dimensions) { PrometheusFloatCounter() }
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        handler(label, "", .gauge, dimensions) { PrometheusGauge() }
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        if aggregate {
            return handler(label, "", .histogram, dimensions) {
                PrometheusHistogram(bounds: PrometheusHistogram.sizeBounds)
            }
        }
        return handler(label, "", .gauge, dimensions) { PrometheusGauge() }
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        handler(label, "_seconds", .histogram, dimensions) {
            PrometheusHistogram(bounds: PrometheusHistogram.secondsBounds)
        }
    }

    public func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
    public func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    public func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    public func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

    // MARK: Rendering

    /// Everything there is, families and series in order of their names.
    public func render() -> String {
        let families = state.withLock { $0.families }
        var text = PrometheusText()
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            text.begin(name, kind: family.kind.rawValue)
            for (labels, handler) in family.series.sorted(by: { $0.key < $1.key }) {
                text.append(name, labels: labels, handler: handler)
            }
        }
        text.begin("dash_metrics_series_dropped_total", kind: Kind.counter.rawValue)
        text.append("dash_metrics_series_dropped_total", labels: "", handler: dropped)
        return text.text
    }

    // MARK: Series

    /// The handler of a series: the one that exists, a new one, or, past the limit or when the name already means
    /// something else, one that nobody reads.
    private func handler<Handler: Sendable & AnyObject>(
        _ label: String, _ suffix: String, _ kind: Kind, _ dimensions: [(String, String)], make: () -> Handler
    ) -> Handler {
        let name = MetricName.metric(label, suffix: suffix)
        let labels = dimensions.sorted { $0.0 < $1.0 }
            .map { "\(MetricName.label($0.0))=\"\(MetricName.value($0.1))\"" }.joined(separator: ",")
        let (handler, isKept) = state.withLock { state -> (Handler, Bool) in
            var family = state.families[name] ?? Family(kind: kind)
            if let existing = family.series[labels] as? Handler, family.kind == kind { return (existing, true) }
            guard family.kind == kind, family.series[labels] == nil, state.seriesCount < limit else {
                return (make(), false)
            }
            let new = make()
            family.series[labels] = new
            state.families[name] = family
            state.seriesCount += 1
            return (new, true)
        }
        if !isKept { dropped.increment(by: 1) }
        return handler
    }

    private func remove(_ handler: AnyObject) {
        state.withLock { state in
            for (name, family) in state.families {
                guard let labels = family.series.first(where: { $0.value === handler })?.key else { continue }
                state.families[name]?.series[labels] = nil
                if state.families[name]?.series.isEmpty == true { state.families[name] = nil }
                state.seriesCount -= 1
                return
            }
        }
    }
}
