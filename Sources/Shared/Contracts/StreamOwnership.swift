import Redis

/// One owner per stream in the whole fleet: claim, renew, record, release. All decisions are taken in Redis, atomically.
///
/// An owner holds an *epoch* (a fencing token that only grows: max(last + 1, Redis time in ms)); every write checks it, so a paused
/// and woken owner records nothing. Lease and provider connection (slot) are taken together (DESIGN §4).
public struct StreamOwnership: Sendable {
    private let redis: RedisClient
    private let keys: Keys
    private let instance: String

    /// - Parameter instance: unique name of this worker process; letters, digits and `-`.
    public init(redis: RedisClient, keys: Keys, instance: String) {
        self.redis = redis
        self.keys = keys
        self.instance = instance
    }

    // MARK: Claim

    public struct Claimed: Sendable, Equatable {
        public let epoch: Int64
        /// First sequence number to record: max(last + 1, Unix time in seconds).
        public let nextSequence: Int64
        /// Discontinuities so far. The first segment of an epoch carries one more if `continues`.
        public let discontinuitySequence: Int64
        /// The playlist has had segments before: the first one of this epoch stands behind a DISCONTINUITY.
        public let continues: Bool
        /// The last owner died before it recorded anything: run nothing else until the first segment.
        public let isSuspect: Bool
        /// Unix ms at which the last segment recorded ends by its date; dates never go back. 0: there is none.
        public let programEnd: Int64
    }

    public enum ClaimOutcome: Sendable, Equatable {
        case claimed(Claimed)
        /// Somebody owns it.
        case taken
        /// Takeovers are barred for a moment because Redis was away.
        case barred
        /// Every connection of the account is in use; the stream now waits in state.
        case noSlot(limit: Int)
        /// The TokenService has not said yet how many connections there are.
        case limitUnknown
        /// It crashed its worker before; only a worker that runs nothing else may take it.
        case needsIdleWorker
        /// Refused for a while (failed or poison).
        case refused
        /// Nobody has wanted it for the last seconds.
        case unwanted
    }

    /// Takes `stream` if nobody has it and a slot is free.
    /// - Parameter alone: this worker runs nothing else now.
    public func claim(_ stream: StreamID, alone: Bool) async throws -> ClaimOutcome {
        let reply = try await redis.run(
            Self.claimScript,
            keys: [
                keys.stream(stream), keys.slots, keys.slotLimit, keys.slotWaiting, keys.boot, keys.wanted,
                keys.deadLetters, keys.known,
            ],
            arguments: [
                .text(stream.description), .text(instance), .integer(Leases.lease), .integer(Leases.slotGrace),
                alone ? 1 : 0, .text(keys.streamChannel(stream)), RedisArgument(Limits.deadLetters),
            ])
        guard let parts = reply.array, let outcome = parts.first?.string else {
            throw RedisError(.protocolViolation, "unexpected answer to claim")
        }
        func number(_ index: Int) -> Int64 { index < parts.count ? parts[index].integer ?? 0 : 0 }
        switch outcome {
        case "claimed":
            return .claimed(
                Claimed(
                    epoch: number(1), nextSequence: number(2), discontinuitySequence: number(3),
                    continues: number(4) == 1, isSuspect: number(5) == 1, programEnd: number(6)))
        case "taken": return .taken
        case "barred": return .barred
        case "no_slot": return .noSlot(limit: Int(number(1)))
        case "limit_unknown": return .limitUnknown
        case "needs_idle_worker": return .needsIdleWorker
        case "refused": return .refused
        case "unwanted": return .unwanted
        default: throw RedisError(.protocolViolation, "unknown claim outcome \(outcome)")
        }
    }

    // MARK: Renew

    /// What an owner learns with each renewal.
    public struct Renewal: Sendable, Equatable {
        /// Milliseconds since any viewer was last seen; `nil`: never.
        public let sinceLastViewer: Int64?
        /// Viewers seen in the last `Leases.viewerFresh`.
        public let viewers: Int
        /// Milliseconds since each rendition was last wanted.
        public let renditionAges: [String: Int64]
        /// Other streams that wait for a slot.
        public let waitingStreams: Int
        /// The last viewer zapped away: let go at once if `viewers` is 0.
        public let releaseRequested: Bool
        /// Somebody asked for a new token with this serial or newer, because the old one failed; 0 if nobody did.
        public let refreshRequestedAt: Int64
        /// Redis had forgotten the stream and took this owner's word: describe it again.
        public let wasRestored: Bool
    }

    public enum RenewOutcome: Sendable, Equatable {
        case renewed(Renewal)
        /// Another owner has it: stop at once, write nothing.
        case lost
    }

    /// Extends lease and slot. Call once a second, never from a media thread.
    /// - Parameter timeout: how long it is waited for; `nil`: as for any command.
    public func renew(
        _ stream: StreamID, epoch: Int64, report: StreamReport, timeout: Duration? = nil
    ) async throws -> RenewOutcome {
        let reply = try await redis.run(
            Self.renewScript,
            keys: [
                keys.stream(stream), keys.slots, keys.viewers(stream), keys.demand(stream), keys.slotWaiting,
                keys.boot, keys.known, keys.wanted,
            ],
            arguments: [
                .text(stream.description), .text(instance), .integer(epoch), .integer(Leases.lease),
                .integer(Leases.slotGrace), .integer(Leases.viewerFresh), .text(try report.json()),
            ], timeout: timeout)
        guard let parts = reply.array, let outcome = parts.first?.string else {
            throw RedisError(.protocolViolation, "unexpected answer to renew")
        }
        guard outcome == "renewed", parts.count == 9 else { return .lost }
        let now = parts[1].integer ?? 0
        var ages: [String: Int64] = [:]
        for (name, value) in parts[4].dictionary where name != "claim_at" {
            if let wanted = value.integer { ages[name] = max(0, now - wanted) }
        }
        return .renewed(
            Renewal(
                sinceLastViewer: parts[2].integer.flatMap { $0 == 0 ? nil : max(0, now - $0) },
                viewers: Int(parts[3].integer ?? 0), renditionAges: ages,
                waitingStreams: Int(parts[5].integer ?? 0), releaseRequested: parts[6].integer == 1,
                refreshRequestedAt: parts[7].integer ?? 0, wasRestored: parts[8].integer == 1))
    }

    // MARK: Record

    /// Says what the stream offers and that its source is being opened or runs.
    /// - Returns: `false` if this owner has lost the stream.
    public func describe(_ stream: StreamID, epoch: Int64, state: StreamState, info: LiveStreamInfo?) async throws
        -> Bool
    {
        let reply = try await redis.run(
            Self.describeScript, keys: [keys.stream(stream)],
            arguments: [
                .integer(epoch), .text(state.rawValue), .text(try info?.json() ?? ""),
                .text(keys.streamChannel(stream)),
            ])
        return reply.integer == 1
    }

    /// Records one finished segment; its bytes must be stored already (bytes before record).
    /// - Returns: `false` if this owner is fenced: another epoch owns the stream.
    public func record(_ stream: StreamID, segment: LiveSegment, window: Int) async throws -> Bool {
        let reply = try await redis.run(
            Self.recordScript, keys: [keys.stream(stream), keys.window(stream)],
            arguments: [
                .integer(segment.epoch), .integer(segment.sequence), .text(try segment.json()),
                .integer(segment.discontinuitySequence), RedisArgument(window), .text(keys.streamChannel(stream)),
                .integer(segment.programDate + (segment.duration + 89) / 90),
            ])
        return reply.integer == 1
    }

    // MARK: Release

    /// Lets the stream go: the slot is free at once and whoever waits for one is claimed for.
    /// - Parameters:
    ///   - state: `.idle`, `.ended` or `.failed`.
    ///   - retryAfter: ms during which nobody may claim it (failed streams); 0 otherwise.
    public func release(
        _ stream: StreamID, epoch: Int64, state: StreamState, reason: StreamReason?, retryAfter: Int64
    ) async throws -> Bool {
        try await giveBack(stream, epoch, state, try reason?.json() ?? "", retryAfter: retryAfter, handover: 0)
    }

    /// Gives the stream to whoever claims it next, for this worker is being stopped in good order: a claim is pushed at once,
    /// the successor goes on with the numbering, and the connection stays reserved for it for `Leases.handover`. If nobody
    /// wants the stream, it is released as `.idle`.
    public func handOver(_ stream: StreamID, epoch: Int64) async throws -> Bool {
        try await giveBack(stream, epoch, .idle, "", retryAfter: 0, handover: Leases.handover)
    }

    private func giveBack(
        _ stream: StreamID, _ epoch: Int64, _ state: StreamState, _ reason: String, retryAfter: Int64, handover: Int64
    ) async throws -> Bool {
        let reply = try await redis.run(
            Self.releaseScript,
            keys: [
                keys.stream(stream), keys.slots, keys.slotWaiting, keys.wanted, keys.liveClaims, keys.demand(stream),
            ],
            arguments: [
                .text(stream.description), .integer(epoch), .text(state.rawValue), .text(reason),
                .integer(retryAfter), .text(keys.prefix), .integer(Leases.claimDeadline),
                RedisArgument(Limits.claims), .integer(handover),
            ])
        return reply.integer == 1
    }

    private static let claimScript = RedisScript(
        "stream.claim", RedisTime.prelude + RedisTime.bar + suspicionLua + ownershipClaimLua)
    private static let renewScript = RedisScript("stream.renew", RedisTime.prelude + RedisTime.bar + ownershipRenewLua)
    private static let describeScript = RedisScript("stream.describe", ownershipDescribeLua)
    private static let recordScript = RedisScript("stream.record", ownershipRecordLua)
    private static let releaseScript = RedisScript(
        "stream.release", RedisTime.prelude + wakeWaitingLua + ownershipReleaseLua)
}
