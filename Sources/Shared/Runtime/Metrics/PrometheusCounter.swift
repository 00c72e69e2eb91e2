import CoreMetrics
import Synchronization

/// A number that only grows. One atomic addition on the hot path.
final class PrometheusCounter: CounterHandler {
    private let count = Atomic<Int64>(0)

    /// Negative amounts are ignored: a counter never falls.
    func increment(by amount: Int64) {
        if amount > 0 { count.wrappingAdd(amount, ordering: .relaxed) }
    }

    func reset() { count.store(0, ordering: .relaxed) }

    var value: Int64 { count.load(ordering: .relaxed) }
}

/// The same for fractions (seconds of CPU).
final class PrometheusFloatCounter: FloatingPointCounterHandler {
    private let sum = AtomicDouble()

    func increment(by amount: Double) {
        if amount > 0, amount.isFinite { sum.add(amount) }
    }

    func reset() { sum.set(0) }

    var value: Double { sum.value }
}
