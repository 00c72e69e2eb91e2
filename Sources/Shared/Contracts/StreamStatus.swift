import Redis

/// The state record of one stream (the hash `Keys.stream`), decoded.
public struct StreamStatus: Sendable, Equatable {
    /// `nil`: the stream was never started, or was reaped.
    public let state: StreamState?
    public let epoch: Int64
    /// Instance that owns it; empty when nobody does.
    public let owner: String
    /// Redis ms until which the owner is believed.
    public let leaseUntil: Int64
    /// Sequence number of the next segment.
    public let nextSequence: Int64
    public let reason: StreamReason?
    /// A failed stream is not claimed again before this, Redis ms.
    public let retryAt: Int64
    /// `LiveStreamInfo` of the current epoch.
    public let info: LiveStreamInfo?
    /// What the owner last said of itself: JSON `StreamReport`.
    public let report: StreamReport?
    /// Redis ms when this was read, where the reading script says it.
    public let now: Int64?

    public init(fields: [String: RESPValue]) {
        func number(_ name: String) -> Int64 { fields[name]?.integer ?? 0 }
        state = fields["state"]?.string.flatMap(StreamState.init(rawValue:))
        epoch = number("epoch")
        owner = fields["owner"]?.string ?? ""
        leaseUntil = number("lease_until")
        nextSequence = number("next_sequence")
        retryAt = number("retry_at")
        now = fields["now"]?.integer
        reason = fields["reason"]?.string.flatMap { try? StreamReason(json: $0) }
        info = fields["info"]?.string.flatMap { try? LiveStreamInfo(json: $0) }
        report = fields["report"]?.string.flatMap { try? StreamReport(json: $0) }
    }

    /// Whether an owner is alive, as of `now`.
    public var isOwned: Bool { !owner.isEmpty && leaseUntil >= (now ?? 0) }
}

/// What an owner says of its running stream, for `/api/stats/streams`; renewed with the lease.
public struct StreamReport: Contract, Equatable {
    public var v = 1
    /// `opening`, `running`, `holding` (source away, last picture held), `reconnecting`.
    public let source: String
    /// Stable code of why the source is away, if it is.
    public let reason: String?
    /// Renditions being encoded now.
    public let renditions: [String]
    /// Seconds of media made per second of wall clock, over the last seconds; about 1 for a healthy live stream.
    public let speed: Double
    /// Cores in use.
    public let cores: Double
    /// Times the source was opened again since the stream began.
    public let reconnects: Int
    /// 0: nothing shed; 1: faster preset; 2 and up: renditions dropped from the top.
    public let shedLevel: Int
    /// Age of the token in use, ms, and its lifetime.
    public let tokenAge: Int64
    public let tokenTimeToLive: Int64

    public init(
        source: String, reason: String? = nil, renditions: [String], speed: Double, cores: Double, reconnects: Int,
        shedLevel: Int, tokenAge: Int64, tokenTimeToLive: Int64
    ) {
        self.source = source
        self.reason = reason
        self.renditions = renditions
        self.speed = speed
        self.cores = cores
        self.reconnects = reconnects
        self.shedLevel = shedLevel
        self.tokenAge = tokenAge
        self.tokenTimeToLive = tokenTimeToLive
    }
}
