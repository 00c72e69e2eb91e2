import Contracts
import Tracing

/// Follows requests through the services: the request's id is the trace, messages between services carry it, and finished
/// steps go to Redis in the background, where `./dash trace` finds them.
///
/// A step without a request is not recorded. Where no tracer was bootstrapped (tests), steps cost nothing.
public struct RequestTracer: Tracer {
    /// Who takes the steps.
    struct Origin: Sendable {
        let service: String
        let instance: String
    }

    /// The name under which a carrier that has names (headers) has the request's id.
    private static let carried = "x-request-id"

    private let origin: Origin
    private let queue: TraceQueue

    public init(service: String, instance: String, queue: TraceQueue) {
        origin = Origin(service: service, instance: instance)
        self.queue = queue
    }

    public func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> InstrumentationContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> RequestSpan {
        let outside = context()
        let start = Int64(instant().nanosecondsSinceEpoch / 1000)
        guard let request = outside.requestID else {
            return RequestSpan(
                operationName, context: outside, parent: nil, start: start, origin: origin, finish: { _ in })
        }
        return RequestSpan(
            operationName, context: outside.inside(RequestScope.makeID(), of: request), parent: outside.spanID,
            start: start, origin: origin,
            finish: { [queue] span in queue.add(span) })
    }

    /// Steps go out by themselves (`TraceWriter`).
    public func forceFlush() {}

    public func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout InstrumentationContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let id = extractor.extract(key: Self.carried, from: carrier) else { return }
        context = context.naming(RequestScope.accept(id))
    }

    public func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let id = context.requestID else { return }
        injector.inject(id, forKey: Self.carried, into: &carrier)
    }
}
