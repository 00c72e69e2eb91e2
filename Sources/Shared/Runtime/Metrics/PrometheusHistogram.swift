import CoreMetrics
import Synchronization

/// Counts observations in fixed buckets: swift-metrics' `Timer` (in seconds) and aggregating `Recorder`.
final class PrometheusHistogram: TimerHandler, RecorderHandler {
    /// Upper bounds for timers, seconds: from a Redis round trip to the patience of a viewer.
    static let secondsBounds: [Double] = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60,
    ]
    /// Upper bounds for counts and sizes: powers of four up to 16 MiB.
    static let sizeBounds: [Double] = [
        0.25, 1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1_048_576, 4_194_304, 16_777_216,
    ]

    private final class Bucket: Sendable { let count = Atomic<Int64>(0) }

    let bounds: [Double]
    /// One more than there are bounds: the last is `+Inf`.
    private let buckets: [Bucket]
    private let total = AtomicDouble()

    init(bounds: [Double]) {
        self.bounds = bounds
        buckets = (0...bounds.count).map { _ in Bucket() }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        let index = bounds.firstIndex { value <= $0 } ?? bounds.count
        buckets[index].count.wrappingAdd(1, ordering: .relaxed)
        total.add(value)
    }

    /// Cumulative counts, the last one being the number of observations.
    var cumulative: [Int64] {
        var sum: Int64 = 0
        return buckets.map { bucket in
            sum += bucket.count.load(ordering: .relaxed)
            return sum
        }
    }

    var sum: Double { total.value }
}
