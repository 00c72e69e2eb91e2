import Contracts
import Executors
import FoundationEssentials
import Logging
import Metrics
import Runtime
import ServiceLifecycle

/// Sends what was served to the SegmentStore's list every five seconds, and once more at an orderly stop.
///
/// A report that could not be sent is kept under its id and sent again: counted once, whatever happened to the first try.
/// At most `maximumWaiting` reports wait for Redis to come back; then the oldest are lost (counts, never service).
actor UsageReporter: Service {
    private static let interval = Duration.seconds(5)
    private static let maximumWaiting = 1_000
    private static let entriesPerReport = 500

    private let tally: ServedTally
    private let ledger: UsageLedger
    private let gateway: String
    private let logger: Logger
    private var waiting: [UsageReport] = []
    private let waitingGauge = Gauge(label: "gateway_usage_reports_waiting")

    init(tally: ServedTally, ledger: UsageLedger, gateway: String, logger: Logger) {
        self.tally = tally
        self.ledger = ledger
        self.gateway = gateway
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.interval, clock: .loop)
                await self.report(timeout: nil)
            }
        }
        // A task of its own, so that the farewell is not cancelled with us. At most two seconds.
        await TaskPool.task { await self.report(timeout: .seconds(2)) }.value
    }

    /// Sends everything that waits. Returns when it is sent or Redis refused.
    func report(timeout: Duration?) async {
        collect()
        while let next = waiting.first {
            do {
                try await ledger.submit(next, timeout: timeout)
            } catch {
                logger.debug("usage report not sent", metadata: ["error": "\(error)"])
                break
            }
            if waiting.first?.id == next.id { waiting.removeFirst() }
        }
        waitingGauge.record(waiting.count)
    }

    private func collect() {
        let day = ProgramDate.day(Int64(Date.now.timeIntervalSince1970 * 1_000))
        var entries = tally.drain()[...]
        while !entries.isEmpty {
            waiting.append(
                UsageReport(
                    id: "\(gateway)-\(RequestScope.makeID())", gateway: gateway, day: day,
                    entries: Array(entries.prefix(Self.entriesPerReport))))
            entries = entries.dropFirst(Self.entriesPerReport)
        }
        waiting.removeFirst(max(0, waiting.count - Self.maximumWaiting))
    }
}
