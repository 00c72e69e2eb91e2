/// One step of what a viewer's request caused, as the service that took it saw it. `./dash trace` prints them.
public struct TraceSpan: Contract, Equatable {
    public var v = 1
    /// The request's id, which is the name of the trace.
    public let request: String
    /// 16 hex digits of chance.
    public let id: String
    /// The step that this one is part of, in the same service; `nil`: the first one there.
    public let parent: String?
    /// `gateway`, `transcoder` …
    public let service: String
    /// Which process of it.
    public let instance: String
    /// What was done: `open the channel`.
    public let name: String
    /// Microseconds since 1970, by the clock of the service's machine.
    public let start: Int64
    public let end: Int64
    /// Why it did not come off, in words.
    public let error: String?
    /// A few short facts: stream, outcome. Never an address of the provider's.
    public let attributes: [String: String]

    public init(
        request: String, id: String, parent: String?, service: String, instance: String, name: String, start: Int64,
        end: Int64,
        error: String? = nil, attributes: [String: String] = [:]
    ) {
        self.request = request
        self.id = id
        self.parent = parent
        self.service = service
        self.instance = instance
        self.name = name
        self.start = start
        self.end = end
        self.error = error
        self.attributes = attributes
    }
}
