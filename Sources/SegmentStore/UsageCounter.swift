import Contracts
import CoreMetrics
import Executors
import Logging
import Redis
import Runtime
import ServiceLifecycle

/// Takes usage reports off the gateways' list and counts each exactly once (DESIGN §4, flow 5).
///
/// One blocking pop at a time, on a connection of its own. After any failure the own processing list is counted first:
/// a move whose reply was lost left its report there.
struct UsageCounter: Service {
    /// One blocking pop; bounds how long an orderly stop waits too.
    private static let popPatience: Duration = .seconds(2)
    private static let slowestRetry: Duration = .seconds(5)

    private let ledger: UsageLedger
    private let blocking: RedisBlockingList
    private let keys: Keys
    private let instance: String
    private let metrics: SegmentStoreMetrics
    private let logger: Logger

    init(
        ledger: UsageLedger, blocking: RedisBlockingList, keys: Keys, instance: String, metrics: SegmentStoreMetrics,
        logger: Logger
    ) {
        self.ledger = ledger
        self.blocking = blocking
        self.keys = keys
        self.instance = instance
        self.metrics = metrics
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { await countForever() }
    }

    private func countForever() async {
        var pause: Duration = .milliseconds(100)
        while !Task.isCancelled {
            do {
                try await ledger.list.register(instance)
                for payload in try await ledger.list.pending(instance) { try await count(payload) }
                pause = .milliseconds(100)
                try await countUntilFailure()
            } catch {
                guard !Task.isCancelled else { return }
                logger.warning("counting usage was interrupted", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: pause, clock: .loop)
                pause = min(pause * 2, Self.slowestRetry)
            }
        }
    }

    private func countUntilFailure() async throws {
        while !Task.isCancelled {
            let payload = try await blocking.move(
                from: keys.usageReports, to: keys.usageProcessing(instance: instance), timeout: Self.popPatience)
            if let payload { try await count(payload) }
        }
    }

    private func count(_ payload: String) async throws {
        let addition: UsageLedger.Addition
        do {
            addition = try UsageTally.read(payload)
        } catch {
            logger.warning("usage report cannot be read", metadata: ["usage.reason": "\(error)"])
            try await ledger.list.finish(payload, by: instance)
            metrics.malformed.increment()
            return
        }
        let isNew = try await ledger.count(payload, addition, by: instance)
        (isNew ? metrics.counted : metrics.repeated).increment()
    }
}
