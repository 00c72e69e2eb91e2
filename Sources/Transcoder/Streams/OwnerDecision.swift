import Contracts

/// What an owner does with its stream after a renewal. Pure: renewal and settings in, decision out (DESIGN §4, "Slots"; §5.7).
struct OwnerDecision: Sendable, Equatable {
    enum Verdict: Sendable, Equatable {
        case keep
        /// Nobody watches any more, or somebody else needs the connection more.
        case letGo(LetGoReason)
    }

    enum LetGoReason: String, Sendable, Equatable {
        /// No viewer for `LIVE_IDLE_TIMEOUT`.
        case idle
        /// The last viewer zapped to another channel.
        case zapped
        /// Idle for a moment, and another stream waits for a provider connection.
        case yielded
    }

    let verdict: Verdict
    /// Renditions to encode from the next segment on.
    let renditions: Set<String>

    /// How long a stream must be without viewers before it gives way: max(2 × target duration, 8 s) (DESIGN §4).
    static func yieldAfter(targetDuration: Int) -> Int64 { max(2 * Int64(targetDuration) * 1000, 8_000) }

    /// - Parameters:
    ///   - age: ms since the stream was claimed; stands in for a viewer who has not been noted yet.
    ///   - ladder: names of all renditions, best first.
    init(renewal: StreamOwnership.Renewal, age: Int64, targetDuration: Int, ladder: [String], settings: LiveSettings) {
        renditions = Self.wanted(renewal: renewal, ladder: ladder, settings: settings)
        let unseen = min(renewal.sinceLastViewer ?? age, age)
        if renewal.releaseRequested, renewal.viewers == 0 {
            verdict = .letGo(.zapped)
        } else if unseen > settings.idleTimeout.milliseconds {
            verdict = .letGo(.idle)
        } else if renewal.waitingStreams > 0, unseen > Self.yieldAfter(targetDuration: targetDuration) {
            verdict = .letGo(.yielded)
        } else {
            verdict = .keep
        }
    }

    /// All of them, or in `watched` mode those asked for lately. The lowest rung stands in while nothing was asked for yet:
    /// a viewer who has only the master playlist will start somewhere.
    private static func wanted(
        renewal: StreamOwnership.Renewal, ladder: [String], settings: LiveSettings
    ) -> Set<String> {
        guard settings.renditions == .watched else { return Set(ladder) }
        let recent = ladder.filter { (renewal.renditionAges[$0] ?? .max) <= settings.renditionLinger.milliseconds }
        return recent.isEmpty ? Set(ladder.suffix(1)) : Set(recent)
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
