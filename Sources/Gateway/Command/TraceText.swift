import Contracts

/// A request's steps as lines that a person reads: when, how long, who, what. Pure.
struct TraceText {
    /// Characters of the picture of when a step was.
    private static let width: Int64 = 24

    private let spans: [TraceSpan]
    private let depths: [String: Int]
    private let begin: Int64
    private let end: Int64

    init(_ spans: [TraceSpan]) {
        let parents = Dictionary(spans.map { ($0.id, $0.parent) }, uniquingKeysWith: { first, _ in first })
        var depths: [String: Int] = [:]
        for span in spans {
            var depth = 0
            var parent = span.parent
            // Bounded: what was damaged could go round in circles.
            while let id = parent, let next = parents[id], depth < spans.count {
                depth += 1
                parent = next
            }
            depths[span.id] = depth
        }
        self.depths = depths
        // What contains another begins no later and is listed first.
        self.spans = spans.sorted { one, other in
            (one.start, depths[one.id, default: 0], one.id) < (other.start, depths[other.id, default: 0], other.id)
        }
        begin = spans.map(\.start).min() ?? 0
        end = max(begin + 1, spans.map(\.end).max() ?? 0)
    }

    func text(of request: String) -> String {
        let names = spans.map { String(repeating: "  ", count: depths[$0.id] ?? 0) + $0.name }
        let longestName = names.map(\.count).max() ?? 0
        let longestService = spans.map(\.service.count).max() ?? 0
        var lines = ["request \(request): \(spans.count) steps, \((end - begin + 500) / 1000) ms"]
        for (span, name) in zip(spans, names) {
            var line =
                "\(Self.milliseconds(span.start - begin)) \(Self.milliseconds(span.end - span.start))  \(bar(span))  "
                + Self.padded(span.service, longestService) + "  " + Self.padded(name, longestName)
            let facts = span.attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            line += "  " + (facts + ["on \(span.instance)"]).joined(separator: " ")
            if let error = span.error { line += "  ! \(error)" }
            lines.append(line)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func bar(_ span: TraceSpan) -> String {
        let first = min(Self.width - 1, (span.start - begin) * Self.width / (end - begin))
        let last = min(
            Self.width, max(first + 1, ((span.end - begin) * Self.width + (end - begin) / 2) / (end - begin)))
        return String(repeating: "·", count: Int(first)) + String(repeating: "█", count: Int(last - first))
            + String(repeating: "·", count: Int(Self.width - last))
    }

    private static func milliseconds(_ micros: Int64) -> String {
        let text = "\((micros + 500) / 1000)"
        return String(repeating: " ", count: max(0, 6 - text.count)) + text + " ms"
    }

    private static func padded(_ text: String, _ length: Int) -> String {
        text + String(repeating: " ", count: max(0, length - text.count))
    }
}
