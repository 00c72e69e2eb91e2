import Contracts
import Synchronization
import Upstream

/// Asks the panel for a live channel, in the spelling of the address that it knows.
final class LiveResolver: Sendable {
    private let panel: Panel
    private let chase: RedirectChase
    /// The pattern of `PROVIDER_LIVE_PATHS` that worked last.
    private let knownPath = Atomic<Int>(0)

    init(panel: Panel, chase: RedirectChase) {
        self.panel = panel
        self.chase = chase
    }

    func resolve(
        _ stream: StreamID, account: PanelAnswer.Account, deadline: ContinuousClock.Instant
    ) async throws(ResolutionFailure) -> UpstreamURL {
        let first = knownPath.load(ordering: .relaxed)
        var failure = ResolutionFailure.offline
        for attempt in 0..<panel.livePathCount {
            let index = (first + attempt) % panel.livePathCount
            do throws(ResolutionFailure) {
                let start = try ResolutionFailure.mapped { () throws(UpstreamError) in
                    try panel.live(stream, path: index)
                }
                let url = try await chase.target(of: start, account: account, deadline: deadline)
                knownPath.store(index, ordering: .relaxed)
                return url
            } catch {
                // What the spelling that is known to work says of the channel counts most.
                if attempt == 0 || !error.mayBeWrongPath { failure = error }
                guard error.mayBeWrongPath else { throw error }
            }
        }
        throw failure
    }
}
