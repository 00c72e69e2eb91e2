import Contracts
import CoreMetrics
import Executors
import Logging
import Metrics
import Runtime
import ServiceLifecycle

/// Walks what the fleet has left in Redis, round after round, and removes what nobody needs any more.
///
/// Several SegmentStores may clean at once: every removal is decided inside its script.
struct Cleaner: Service {
    private let reaper: Reaper
    private let ledger: UsageLedger
    private let popularity: Popularity
    private let index: StoredIndex
    private let sessions: PlaybackSessions
    private let instance: String
    private let settings: SegmentStoreSettings
    private let metrics: SegmentStoreMetrics
    private let logger: Logger

    init(
        reaper: Reaper, ledger: UsageLedger, popularity: Popularity, index: StoredIndex,
        sessions: PlaybackSessions, instance: String,
        settings: SegmentStoreSettings, metrics: SegmentStoreMetrics, logger: Logger
    ) {
        self.reaper = reaper
        self.ledger = ledger
        self.index = index
        self.popularity = popularity
        self.sessions = sessions
        self.instance = instance
        self.settings = settings
        self.metrics = metrics
        self.logger = logger
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                await cleanOnce()
                try await Task.sleep(for: settings.interval, clock: .loop)
            }
        }
    }

    /// One round. A step that fails does not keep the others from running; the next round tries again.
    func cleanOnce() async {
        let start = ContinuousClock.now
        let steps: [(name: String, run: () async throws -> Void)] = [
            ("streams", reapStreams),
            ("fleet", { metrics.entries.increment(by: try await reaper.reapFleet(patience)) }),
            ("claims", countClaims),
            ("sessions", reapSessions),
            ("reports", { metrics.recovered.increment(by: try await ledger.list.recover(except: instance)) }),
            ("notices", { metrics.recovered.increment(by: try await index.notices.recover(except: instance)) }),
            ("popularity", forgetFaded),
            ("days", { _ = try await ledger.forget(olderThan: settings.usageDays) }),
        ]
        for step in steps where !Task.isCancelled {
            do {
                try await step.run()
            } catch {
                metrics.failedRounds.increment()
                logger.warning("cleaning up failed", metadata: ["cleaner.step": "\(step.name)", "error": "\(error)"])
            }
        }
        metrics.round.record(duration: ContinuousClock.now - start)
    }

    private var patience: Reaper.Patience {
        Reaper.Patience(
            stream: settings.streamKeep.milliseconds,
            record: max(settings.streamForget, settings.streamKeep).milliseconds)
    }

    /// Once an hour, by one of the stores.
    private func forgetFaded() async throws {
        guard try await index.takeTurn("popularity", every: .seconds(3600)) else { return }
        _ = try await popularity.forgetFaded()
    }

    private func reapStreams() async throws {
        for stream in try await reaper.quietStreams(patience) where !Task.isCancelled {
            switch try await reaper.reap(stream, patience) {
            case .kept, .emptied(segments: 0):
                continue
            case .emptied(let segments):
                metrics.emptied.increment()
                metrics.segments.increment(by: segments)
                logger.info("stream emptied", metadata: ["stream": "\(stream)", "segments": "\(segments)"])
            case .forgotten:
                metrics.forgotten.increment()
                logger.info("stream forgotten", metadata: ["stream": "\(stream)"])
            }
        }
    }

    private func countClaims() async throws {
        let waiting = try await reaper.waitingClaims()
        metrics.liveClaims.record(waiting.live)
        metrics.filmClaims.record(waiting.film)
    }

    /// At most 10,000 a round, a thousand at a time: no script keeps Redis for long.
    private func reapSessions() async throws {
        for _ in 0..<10 {
            let count = try await sessions.reap(olderThan: settings.sessionKeep.milliseconds, limit: 1000)
            metrics.sessions.increment(by: count)
            if count < 1000 { return }
        }
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
