import CoreMetrics
import Logging
import Metrics
import Synchronization

/// Whether segments are stored now. A full or broken storage stops storing for a while and nothing else; one line says so, and
/// another that it goes on.
final class StoringSwitch: Sendable {
    private struct State {
        var resumeAt: ContinuousClock.Instant?
        var failures = 0
    }

    private static let shortest: Duration = .seconds(5)
    private static let longest: Duration = .seconds(60)

    private let state = Mutex(State())
    private let gauge: Gauge
    private let logger: Logger

    init(gauge: Gauge, logger: Logger) {
        self.gauge = gauge
        self.logger = logger
        gauge.record(1)
    }

    /// `nil`: storing is on. Otherwise when to try again.
    var resumeAt: ContinuousClock.Instant? {
        state.withLock { $0.resumeAt.flatMap { $0 > .now ? $0 : nil } }
    }

    /// A segment was stored.
    func succeeded() {
        let failures = state.withLock { state in
            defer { state = State() }
            return state.failures
        }
        guard failures > 0 else { return }
        gauge.record(1)
        logger.info("storing segments goes on")
    }

    /// A segment could not be stored: the next one is tried after a pause that grows from 5 s to a minute.
    func failed(_ error: StorageError) {
        guard error.stopsStoring else { return }
        let isFirst = state.withLock { state in
            // Many writes may fail together: they count as one.
            if let resumeAt = state.resumeAt, resumeAt > .now { return false }
            state.failures += 1
            let pause = min(Self.longest, Self.shortest * (1 << min(state.failures - 1, 4)))
            state.resumeAt = .now + pause
            return state.failures == 1
        }
        gauge.record(0)
        guard isFirst else { return }
        logger.error(
            "segments are not stored for now; playback goes on", metadata: ["storage.reason": "\(error.message)"])
    }
}
