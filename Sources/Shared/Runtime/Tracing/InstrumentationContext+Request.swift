import Tracing

/// The request on whose behalf a step is taken. Its id is the trace's name: messages between services carry it as `request`.
private enum RequestKey: InstrumentationContextKey {
    typealias Value = String
    static var nameOverride: String? { "request" }
}

/// The step that contains what happens now.
private enum SpanKey: InstrumentationContextKey {
    typealias Value = String
    static var nameOverride: String? { "span" }
}

extension InstrumentationContext {
    /// A context for work on behalf of a request.
    /// - Parameter id: as a message carries it.
    public static func request(_ id: String) -> InstrumentationContext { InstrumentationContext.topLevel.naming(id) }

    func naming(_ request: String) -> InstrumentationContext {
        var context = self
        context[RequestKey.self] = request
        return context
    }

    /// The request that this context names, or else the one that the current task works for (`RequestScope`).
    public var requestID: String? { self[RequestKey.self] ?? RequestScope.id }

    /// Id of the step that this context is in.
    var spanID: String? { self[SpanKey.self] }

    /// This context inside a step of a request.
    func inside(_ span: String, of request: String) -> InstrumentationContext {
        var context = naming(request)
        context[SpanKey.self] = span
        return context
    }
}
