import Contracts

/// What this gateway knows about a stream at one moment: state, offer and window. A value; decisions are made on it.
struct StreamSnapshot: Sendable {
    /// `nil`: not read yet.
    var status: StreamStatus?
    /// The records that still count: see `current(_:status:)`. Oldest first.
    var window: [LiveSegment] = []
    /// When `status` was read, on this machine's clock.
    var readAt: ContinuousClock.Instant = .now
    /// While the stream waits for a provider connection: whether fresh viewers watch on every one in use.
    var connectionsAreWatched = true
    /// Grows with every change that a waiter could care about.
    var version = 0

    /// How old the newest segment may be in a playlist for a stream whose owner is silent, ms. Long enough for a
    /// takeover; after it the playlist would only tell players to wait for nothing.
    static let staleAfter: Int64 = 30_000

    var info: LiveStreamInfo? { status?.info }

    /// Redis time now, in ms, estimated from the last reading.
    func redisTime(at instant: ContinuousClock.Instant = .now) -> Int64 {
        (status?.now ?? 0) + (instant - readAt).milliseconds
    }

    /// Whether there is a playlist worth giving: segments of a stream that runs, is being taken over, or has ended.
    func isPlayable(at instant: ContinuousClock.Instant = .now) -> Bool {
        guard let status, let last = window.last else { return false }
        switch status.state {
        case .ended: return true
        case .idle, .failed, nil: return false
        // Given back, wanted again, and not had yet: what is left of the last time is nobody's play, as in `idle`. A dead
        // owner's stream keeps its owner until another takes it, and goes on.
        case .waitingSlot where status.owner.isEmpty: return false
        case .ready where status.leaseUntil >= redisTime(at: instant): return true
        case .ready, .claimed, .opening, .waitingSlot:
            return redisTime(at: instant) - (last.programDate + last.duration / 90) < Self.staleAfter
        }
    }

    var hasEnded: Bool { status?.state == .ended }

    /// The newest segment's sequence number, if it has `rendition`: without it there is no playlist of that.
    func newest(of rendition: String) -> Int64? {
        guard let last = window.last, last.parts[rendition] != nil else { return nil }
        return last.sequence
    }

    /// The contiguous records at the end of the window that have `rendition`.
    func tail(of rendition: String) -> ArraySlice<LiveSegment> {
        var start = window.endIndex
        while start > window.startIndex, window[start - 1].parts[rendition] != nil { start -= 1 }
        return window[start...]
    }

    /// The part of a window list that a playlist may show: the last run without a hole, and only if the state record
    /// continues it. After a cold restart the next sequence number jumps, and what was before belongs to nobody's play.
    static func current(_ records: [LiveSegment], status: StreamStatus) -> [LiveSegment] {
        guard let last = records.last, last.sequence + 1 >= status.nextSequence else { return [] }
        var start = records.endIndex - 1
        while start > 0, records[start - 1].sequence + 1 == records[start].sequence { start -= 1 }
        return Array(records[start...])
    }
}

extension Duration {
    /// Whole milliseconds.
    var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}
