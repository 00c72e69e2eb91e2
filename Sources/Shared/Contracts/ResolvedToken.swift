/// What the TokenService found out about a stream's source: an address to connect to, or why there is none.
///
/// Lives in the hash `Keys.token`; the URL holds the provider's token and is never logged, shown or measured.
public struct ResolvedToken: Sendable, Equatable {
    /// Counts resolutions of this stream: a waiter knows a new answer by it.
    public let serial: Int64
    /// The redirect's target: the only thing about the provider that leaves the TokenService.
    public let url: String?
    public let failure: StreamReason?
    /// Redis time in ms of the resolution, and how long it may be reused.
    public let resolvedAt: Int64
    public let timeToLive: Int64
    /// When a failure may be tried again, Redis ms.
    public let retryAt: Int64

    public init(serial: Int64, url: String?, failure: StreamReason?, resolvedAt: Int64, timeToLive: Int64, retryAt: Int64) {
        self.serial = serial
        self.url = url
        self.failure = failure
        self.resolvedAt = resolvedAt
        self.timeToLive = timeToLive
        self.retryAt = retryAt
    }
}
