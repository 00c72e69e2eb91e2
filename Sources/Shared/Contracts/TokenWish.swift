/// "Give me a URL that a connection can be made with": to the TokenService, idempotent per stream.
public struct TokenWish: Contract, Equatable {
    public var v = 1
    public let id: String
    public let stream: StreamID
    /// The serial of a token that a connection just failed with, or that must go: anything not newer is resolved anew.
    /// `nil`: a cached one inside `LIVE_TOKEN_TTL` will do.
    public let failedSerial: Int64?
    /// Redis time in ms after which nobody waits any more.
    public let deadline: Int64
    /// Request id for the logs.
    public let request: String
    /// A film's file extension, as far as anybody knows it (`FilmExtension`); `nil`: the TokenService finds out.
    public let container: String?

    public init(
        id: String, stream: StreamID, failedSerial: Int64?, deadline: Int64, request: String, container: String? = nil
    ) {
        self.id = id
        self.stream = stream
        self.failedSerial = failedSerial
        self.deadline = deadline
        self.request = request
        self.container = container
    }
}
