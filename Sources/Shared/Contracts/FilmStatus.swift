import Redis

/// Where a film is in its life, decoded from the hashes `Keys.stream` and `Keys.film`.
///
/// A film's owner keeps the same kind of record as a channel's (`StreamState`): `claimed → opening → ready → idle | failed`.
/// `waitingSlot` comes and goes: a film holds a provider connection only while it reads.
public struct FilmStatus: Sendable, Equatable {
    /// `nil`: nobody ever asked for it, or it was reaped.
    public let state: StreamState?
    public let epoch: Int64
    /// Instance that owns it; empty when nobody does.
    public let owner: String
    /// Redis ms until which the owner is believed.
    public let leaseUntil: Int64
    public let reason: StreamReason?
    /// A failed film is not claimed again before this, Redis ms.
    public let retryAt: Int64
    /// JSON of `FilmInfo`; it outlives the owner.
    public let infoText: String?
    /// Redis ms when the film was probed.
    public let infoAt: Int64
    /// Redis ms when this was read.
    public let now: Int64

    init(stream: [String: RESPValue], film: [String: RESPValue], now: Int64) {
        func number(_ fields: [String: RESPValue], _ name: String) -> Int64 { fields[name]?.integer ?? 0 }
        state = stream["state"]?.string.flatMap(StreamState.init(rawValue:))
        epoch = number(stream, "epoch")
        owner = stream["owner"]?.string ?? ""
        leaseUntil = number(stream, "lease_until")
        reason = stream["reason"]?.string.flatMap { try? StreamReason(json: $0) }
        retryAt = number(stream, "retry_at")
        infoText = film["info"]?.string
        infoAt = number(film, "at")
        self.now = now
    }

    /// Whether an owner is alive, as of `now`.
    public var isOwned: Bool { !owner.isEmpty && leaseUntil >= now }
    /// Refused until `retryAt`: whoever waits is told the reason.
    public var isRefused: Bool { state == .failed && retryAt > now }
}
