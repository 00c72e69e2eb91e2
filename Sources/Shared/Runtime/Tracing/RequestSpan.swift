import Contracts
import Synchronization
import Tracing

/// One step under way. Any thread; ends once.
public final class RequestSpan: Span {
    private struct State {
        var name: String
        var attributes = SpanAttributes()
        var error: String?
        var hasEnded = false
    }

    /// Facts of a step, and characters of each and of an error: a step is a line that a person reads.
    private static let mostAttributes = 8
    private static let longestText = 200

    public let context: InstrumentationContext
    private let parent: String?
    private let start: Int64
    private let state: Mutex<State>
    private let finish: @Sendable (TraceSpan) -> Void
    private let origin: RequestTracer.Origin

    /// - Parameters:
    ///   - context: with the span's own id; without a request nothing is recorded.
    ///   - start: µs since 1970.
    init(
        _ name: String, context: InstrumentationContext, parent: String?, start: Int64, origin: RequestTracer.Origin,
        finish: @escaping @Sendable (TraceSpan) -> Void
    ) {
        self.context = context
        self.parent = parent
        self.start = start
        self.origin = origin
        self.finish = finish
        state = Mutex(State(name: name))
    }

    public var isRecording: Bool { context.spanID != nil && state.withLock { !$0.hasEnded } }

    public var operationName: String {
        get { state.withLock { $0.name } }
        set { state.withLock { $0.name = newValue } }
    }

    public var attributes: SpanAttributes {
        get { state.withLock { $0.attributes } }
        set { state.withLock { $0.attributes = newValue } }
    }

    public func setStatus(_ status: SpanStatus) {
        guard status.code == .error, let message = status.message else { return }
        state.withLock { $0.error = message }
    }

    /// Steps are short: what happens in one is a step of its own.
    public func addEvent(_ event: SpanEvent) {}

    public func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {
        state.withLock { $0.error = "\(error)" }
    }

    /// Messages between services name one request, so there is nothing else to link to.
    public func addLink(_ link: SpanLink) {}

    public func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let end = Int64(instant().nanosecondsSinceEpoch / 1000)
        let last: State? = state.withLock { state in
            guard !state.hasEnded else { return nil }
            state.hasEnded = true
            return state
        }
        guard let last, let id = context.spanID, let request = context.requestID else { return }
        var facts: [String: String] = [:]
        last.attributes.forEach { key, value in
            guard facts.count < Self.mostAttributes else { return }
            facts[Self.text(key)] = Self.text(Self.plain(value))
        }
        finish(
            TraceSpan(
                request: request, id: id, parent: parent, service: origin.service, instance: origin.instance,
                name: Self.text(last.name),
                start: start, end: max(start, end), error: last.error.map(Self.text), attributes: facts))
    }

    /// As harmless as a log line: secrets out, short.
    private static func text(_ value: String) -> String { String(Secrets.redact(value).prefix(longestText)) }

    private static func plain(_ value: SpanAttribute) -> String {
        switch value {
        case .string(let text): text
        case .int32(let number): "\(number)"
        case .int64(let number): "\(number)"
        case .double(let number): "\(number)"
        case .bool(let flag): "\(flag)"
        case .stringConvertible(let other): "\(other)"
        default: "…"
        }
    }
}
