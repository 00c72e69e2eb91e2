import Contracts
import CoreMetrics
import Executors
import Logging
import Redis
import Runtime
import ServiceLifecycle

/// Keeps the slot limit true to the provider's own count. Of all TokenServices, the one that leads asks for all.
///
/// The account is asked at once, every `PROVIDER_CHECK_INTERVAL`, and every two seconds while the provider has not answered
/// yet or a dead owner's connection stays reserved.
struct AccountMonitor: Service {
    let check: AccountCheck
    let ledger: SlotLedger
    let instance: String
    let settings: TokenServiceSettings
    let metrics: TokenServiceMetrics
    let logger: Logger

    private static let tick = Duration.seconds(1)
    private static let urgent = Duration.seconds(2)
    /// Milliseconds for which a silent leader is believed; longer than one check may take, as it does not renew meanwhile.
    private var lease: Int64 { (settings.timeout + .seconds(3)).milliseconds }

    func run() async throws {
        await cancelWhenGracefulShutdown { await watch() }
        // Also after a cancellation, hence in a task of its own.
        let (ledger, instance) = (ledger, instance)
        await TaskPool.task { try? await ledger.resign(instance: instance) }.value
    }

    private func watch() async {
        var state = Watch()
        var leads = false
        while !Task.isCancelled {
            do {
                if try await ledger.lead(instance: instance, lease: lease) {
                    leads = true
                    try await step(&state)
                } else if leads {
                    leads = false
                    state = Watch()
                    showNothing()
                }
            } catch {
                // The Redis client reports its own troubles.
                logger.debug("slot ledger not reached", metadata: ["error": "\(error)"])
            }
            try? await Task.sleep(for: Self.tick, clock: .loop)
        }
    }

    /// What the leader remembers between its steps.
    private struct Watch {
        var ghosts = SlotGhosts()
        var lastAsked: ContinuousClock.Instant?
        var lastStatus: String?
    }

    private func step(_ state: inout Watch) async throws {
        let before = try await ledger.snapshot()
        state.ghosts.observe(before)
        guard isDue(before, state) else { return }
        state.lastAsked = .now
        let outcome: Result<ProviderAccount, ResolutionFailure>
        do throws(ResolutionFailure) {
            outcome = .success(try await check.ask())
        } catch {
            outcome = .failure(error)
        }
        try Task.checkCancellation()
        try await settle(outcome, measuredAt: before.now, &state)
    }

    private func isDue(_ ledger: SlotLedger.Snapshot, _ state: Watch) -> Bool {
        let isUrgent =
            ledger.checkedAt == 0 || ledger.account == Self.unanswered || !ledger.deadSlots(at: ledger.now).isEmpty
        let interval = isUrgent ? min(Self.urgent, settings.checkInterval) : settings.checkInterval
        if let lastAsked = state.lastAsked { return ContinuousClock.now - lastAsked >= interval }
        // A new leader goes on with its predecessor's rhythm.
        return isUrgent || !(0..<interval.milliseconds).contains(ledger.now - ledger.checkedAt)
    }

    private func settle(
        _ outcome: Result<ProviderAccount, ResolutionFailure>, measuredAt: Int64, _ state: inout Watch
    ) async throws {
        let now = try await ledger.snapshot()
        state.ghosts.observe(now)
        let reckoning = SlotReckoning(
            cap: settings.maximumConnections, interval: settings.checkInterval.milliseconds)
        let settlement: SlotLedger.Settlement?
        let status: String
        switch outcome {
        case .success(let account):
            settlement = reckoning.settle(
                account, now, measuredAt: measuredAt, ghosts: state.ghosts.count(now),
                unsure: state.ghosts.unsure(now))
            status = account.status.rawValue
        case .failure(let failure):
            settlement = reckoning.unanswered(now, reason: Self.unanswered)
            status = failure.reason.code
        }
        metrics.check(status)
        if let settlement, let freed = try await ledger.settle(settlement, instance: instance) {
            show(settlement, now, freed: freed)
        }
        if status != state.lastStatus { report(status, settlement) }
        state.lastStatus = status
    }

    /// The account's state while the operator's own limit stands in for the provider's.
    private static let unanswered = "unanswered"

    private func show(_ settlement: SlotLedger.Settlement, _ ledger: SlotLedger.Snapshot, freed: Int) {
        metrics.connections("limit", settlement.limit)
        metrics.connections("max", settlement.maxConnections)
        metrics.connections("foreign", settlement.foreign)
        metrics.connections("active", settlement.active)
        metrics.connections("reserved", ledger.reserved - freed)
        metrics.freedSlots.increment(by: freed)
        guard settlement.limit != ledger.limit || freed > 0 else { return }
        logger.info(
            "slots settled",
            metadata: [
                "slots.limit": "\(settlement.limit)", "slots.max": "\(settlement.maxConnections)",
                "slots.foreign": "\(settlement.foreign)", "slots.freed": "\(freed)",
            ])
    }

    /// One tells of the account for all: what this one knew when it led is no longer so.
    private func showNothing() {
        for kind in ["limit", "max", "foreign", "active", "reserved"] { metrics.connections(kind, 0) }
    }

    private func report(_ status: String, _ settlement: SlotLedger.Settlement?) {
        let about: Logger.Metadata = ["provider.status": "\(status)"]
        if status == ProviderAccount.Status.active.rawValue {
            logger.info("provider account is active", metadata: about)
        } else {
            logger.warning("provider account cannot be used", metadata: about)
        }
    }
}
