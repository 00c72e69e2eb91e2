import Contracts
import Metrics
import Synchronization

/// Finished steps on their way to Redis. Bounded: while it is full the newest are dropped and counted
/// (`trace_spans_dropped_total`); what a person looks at later is never worth waiting for. Any thread.
public final class TraceQueue: Sendable {
    /// More than a service finishes between two writes.
    static let capacity = 512

    private let spans = Mutex<[TraceSpan]>([])
    private let dropped = Counter(label: "trace_spans_dropped_total")

    public init() {}

    func add(_ span: TraceSpan) {
        let fits = spans.withLock { spans in
            guard spans.count < Self.capacity else { return false }
            spans.append(span)
            return true
        }
        if !fits { dropped.increment() }
    }

    /// All that wait, oldest first; they wait no longer.
    func take() -> [TraceSpan] {
        spans.withLock { spans in
            defer { spans = [] }
            return spans
        }
    }
}
