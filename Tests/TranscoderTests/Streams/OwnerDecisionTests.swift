import Live
import Testing

@testable import Contracts
@testable import Transcoder

@Suite struct OwnerDecisionTests {
    private let ladder = ["720p", "480p", "360p"]

    private func renewal(
        seen: Int64? = 0, viewers: Int = 1, ages: [String: Int64] = [:], waiting: Int = 0, release: Bool = false
    ) -> StreamOwnership.Renewal {
        StreamOwnership.Renewal(
            sinceLastViewer: seen, viewers: viewers, renditionAges: ages, waitingStreams: waiting,
            releaseRequested: release, refreshRequestedAt: 0, wasRestored: false)
    }

    private func decide(
        _ renewal: StreamOwnership.Renewal, age: Int64 = 60_000, _ settings: LiveSettings = LiveSettings()
    ) -> OwnerDecision {
        OwnerDecision(renewal: renewal, age: age, targetDuration: 4, ladder: ladder, settings: settings)
    }

    @Test func aWatchedChannelGoesOnInAllRenditions() {
        #expect(decide(renewal()).verdict == .keep)
        #expect(decide(renewal()).renditions == Set(ladder))
    }

    @Test func aChannelNobodyWatchesStopsAfterTheIdleTimeout() {
        #expect(decide(renewal(seen: 20_000, viewers: 0)).verdict == .keep)
        #expect(decide(renewal(seen: 20_001, viewers: 0)).verdict == .letGo(.idle))
    }

    @Test func aFreshChannelWaitsForItsFirstViewer() {
        #expect(decide(renewal(seen: nil, viewers: 0), age: 500).verdict == .keep)
        #expect(decide(renewal(seen: nil, viewers: 0), age: 20_001).verdict == .letGo(.idle))
        // Seen long ago, before it was claimed again: the claim itself counts as interest.
        #expect(decide(renewal(seen: 3_600_000, viewers: 0), age: 500).verdict == .keep)
    }

    @Test func anIdleChannelGivesWayToOneThatWaits() {
        #expect(decide(renewal(seen: 8_000, viewers: 1, waiting: 1)).verdict == .keep)
        #expect(decide(renewal(seen: 8_001, viewers: 1, waiting: 1)).verdict == .letGo(.yielded))
        #expect(decide(renewal(seen: 8_001, viewers: 1, waiting: 0)).verdict == .keep)
    }

    @Test func aZapReleasesAtOnceUnlessSomebodyElseWatches() {
        #expect(decide(renewal(seen: 0, viewers: 0, release: true)).verdict == .letGo(.zapped))
        #expect(decide(renewal(seen: 0, viewers: 1, release: true)).verdict == .keep)
    }

    @Test func watchedModeEncodesWhatIsAskedFor() {
        var settings = LiveSettings()
        settings.renditions = .watched
        #expect(decide(renewal(ages: ["480p": 1_000, "720p": 12_001]), settings).renditions == ["480p"])
        #expect(decide(renewal(ages: [:]), settings).renditions == ["360p"])
    }

    @Test func whatBecomesOfAStreamThatEndsHere() {
        let reason = StreamReason(code: "gone", message: "Gone.")
        #expect(ReleaseDecision.of(.lost) == .nothing)
        #expect(ReleaseDecision.of(.shutdown) == .handOver && ReleaseDecision.of(.engine(.stopped)) == .handOver)
        #expect(ReleaseDecision.of(.letGo(.idle)) == .release(.idle, nil, retryAfter: 0))
        #expect(ReleaseDecision.of(.engine(.gaveUp(reason))) == .release(.ended, reason, retryAfter: 0))
        #expect(ReleaseDecision.of(.engine(.failed(reason))) == .release(.failed, reason, retryAfter: 5_000))
    }

    private func decide(_ renewal: StreamOwnership.Renewal, _ settings: LiveSettings) -> OwnerDecision {
        decide(renewal, age: 60_000, settings)
    }
}
