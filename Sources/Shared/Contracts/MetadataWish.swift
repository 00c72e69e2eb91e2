/// "Tell me about this": to the TokenService, idempotent per subject.
public struct MetadataWish: Contract, Equatable {
    public var v = 1
    public let subject: MetadataSubject
    /// Redis time in ms after which nobody waits any more.
    public let deadline: Int64
    /// Request id for the logs.
    public let request: String

    public init(subject: MetadataSubject, deadline: Int64, request: String) {
        self.subject = subject
        self.deadline = deadline
        self.request = request
    }
}
