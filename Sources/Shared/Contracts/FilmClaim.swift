/// "Somebody wants this film and nobody owns it": a wake-up for a transcoder, idempotent, dropped past its deadline.
public struct FilmClaim: Contract, Equatable {
    public var v = 1
    public let stream: StreamID
    /// Redis time in ms after which the claim means nothing.
    public let deadline: Int64
    /// The viewer's request that began it, for the logs.
    public let request: String

    public init(stream: StreamID, deadline: Int64, request: String) {
        self.stream = stream
        self.deadline = deadline
        self.request = request
    }
}
