/// Writes the Prometheus text exposition format, version 0.0.4.
struct PrometheusText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"
    private(set) var text = ""

    mutating func begin(_ name: String, kind: String) { text += "# TYPE \(name) \(kind)\n" }

    mutating func append(_ name: String, labels: String, handler: AnyObject) {
        switch handler {
        case let counter as PrometheusCounter: line(name, labels, String(counter.value))
        case let counter as PrometheusFloatCounter: line(name, labels, Self.number(counter.value))
        case let gauge as PrometheusGauge: line(name, labels, Self.number(gauge.value))
        case let histogram as PrometheusHistogram: append(name, labels, histogram)
        default: break
        }
    }

    /// A value that is measured when it is asked for.
    mutating func gauge(_ name: String, labels: String = "", _ value: Double) {
        begin(name, kind: "gauge")
        line(name, labels, Self.number(value))
    }

    private mutating func append(_ name: String, _ labels: String, _ histogram: PrometheusHistogram) {
        let counts = histogram.cumulative
        let before = labels.isEmpty ? "" : labels + ","
        for (bound, count) in zip(histogram.bounds, counts) {
            line(name + "_bucket", "\(before)le=\"\(Self.number(bound))\"", String(count))
        }
        line(name + "_bucket", "\(before)le=\"+Inf\"", String(counts.last ?? 0))
        line(name + "_sum", labels, Self.number(histogram.sum))
        line(name + "_count", labels, String(counts.last ?? 0))
    }

    private mutating func line(_ name: String, _ labels: String, _ value: String) {
        text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
}
