import Redis

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

    public init(
        serial: Int64, url: String?, failure: StreamReason?, resolvedAt: Int64, timeToLive: Int64, retryAt: Int64
    ) {
        self.serial = serial
        self.url = url
        self.failure = failure
        self.resolvedAt = resolvedAt
        self.timeToLive = timeToLive
        self.retryAt = retryAt
    }

    /// From the hash `Keys.token`; `nil` if it holds no answer.
    init?(fields: [String: RESPValue]) {
        func number(_ name: String) -> Int64 { fields[name]?.integer ?? 0 }
        url = fields["url"]?.string
        failure = fields["failure"]?.string.flatMap { try? StreamReason(json: $0) }
        guard url != nil || failure != nil else { return nil }
        serial = number("serial")
        resolvedAt = number("resolved_at")
        timeToLive = number("ttl")
        retryAt = number("retry_at")
    }

    /// Whether somebody whose connection failed with `failedSerial` (`nil`: with none) can still use this at `now`, Redis ms:
    /// a newer address within its time to live, or a newer failure that is not to be tried again yet.
    public func serves(failedSerial: Int64?, now: Int64) -> Bool {
        guard failedSerial.map({ serial > $0 }) ?? true, now >= resolvedAt - 1000 else { return false }
        return url != nil ? now - resolvedAt < timeToLive : now < retryAt
    }
}

extension ResolvedToken: CustomStringConvertible, CustomReflectable {
    public var description: String { "token \(serial) (\(failure?.code ?? "resolved"))" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
