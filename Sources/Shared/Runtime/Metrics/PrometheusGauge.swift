import CoreMetrics

/// A number that goes up and down: swift-metrics' `Gauge` (a recorder that does not aggregate) and `Meter`.
final class PrometheusGauge: RecorderHandler, MeterHandler {
    private let current = AtomicDouble()

    func record(_ value: Int64) { current.set(Double(value)) }
    func record(_ value: Double) { current.set(value) }
    func set(_ value: Int64) { current.set(Double(value)) }
    func set(_ value: Double) { current.set(value) }
    func increment(by amount: Double) { current.add(amount) }
    func decrement(by amount: Double) { current.add(-amount) }

    var value: Double { current.value }
}
