import Contracts

/// How many connections the fleet may reserve, from the provider's count and our own ledger. Pure.
///
/// The provider counts connections of all devices, and closed ones for some seconds more (up to ~13 s, PROVIDER.md). What it
/// counts beyond ours is therefore believed to be another device only if it stays for `patience`; that it is gone is
/// believed at once, but only of what none of ours can stand for: one that is being opened is not counted yet.
struct SlotReckoning: Sendable {
    /// Longer than the provider takes to notice a closed connection.
    static let patience: Int64 = 15_000
    /// A slot that ends within this is extended or lost: longer than from one urgent question to the next, ms.
    private static let soon: Int64 = 5_000

    /// `PROVIDER_MAX_CONNECTIONS`.
    let cap: Int?
    /// `PROVIDER_CHECK_INTERVAL`, ms: a slot that is extended lasts until the provider has been asked again.
    let interval: Int64

    /// - Parameters:
    ///   - measuredAt: Redis ms, just before the provider was asked.
    ///   - ghosts: our slots that ended in the last `patience`: the provider may still count them.
    ///   - unsure: our slots that it may not count: young ones and dead owners'.
    func settle(
        _ account: ProviderAccount, _ ledger: SlotLedger.Snapshot, measuredAt: Int64, ghosts: Int, unsure: Int
    ) -> SlotLedger.Settlement {
        guard account.status == .active else { return refused(account, ledger) }
        let beyond = account.activeConnections - ledger.reserved
        let (foreign, excess, since) = foreign(
            atLeast: max(0, beyond - ghosts), atMost: max(0, beyond + unsure), ledger)
        let limit = max(0, min(account.maxConnections - foreign, cap ?? .max))
        return SlotLedger.Settlement(
            limit: limit, maxConnections: account.maxConnections, active: account.activeConnections, foreign: foreign,
            excess: excess, excessSince: since, account: account.status.rawValue,
            freed: freed(account.activeConnections, ledger, measuredAt),
            extended: extended(account.activeConnections - foreign, ledger), extendedBy: interval + Leases.slotGrace)
    }

    /// What holds while no account is known: the operator's own word, if there is one.
    func unanswered(_ ledger: SlotLedger.Snapshot, reason: String) -> SlotLedger.Settlement? {
        guard ledger.limit == nil, let cap else { return nil }
        return SlotLedger.Settlement(
            limit: cap, maxConnections: 0, active: 0, foreign: 0, excess: 0, excessSince: 0, account: reason)
    }

    /// A refused account can open nothing. One slot stays, so that a viewer is told the true reason by whoever tries,
    /// instead of that all connections are in use.
    private func refused(_ account: ProviderAccount, _ ledger: SlotLedger.Snapshot) -> SlotLedger.Settlement {
        SlotLedger.Settlement(
            limit: max(1, ledger.limit ?? 1), maxConnections: account.maxConnections, active: account.activeConnections,
            foreign: ledger.foreign, excess: 0, excessSince: 0, account: account.status.rawValue)
    }

    private func foreign(
        atLeast seen: Int, atMost: Int, _ ledger: SlotLedger.Snapshot
    ) -> (foreign: Int, excess: Int, since: Int64) {
        guard seen > ledger.foreign else { return (min(ledger.foreign, atMost), 0, 0) }
        guard ledger.excess > 0, ledger.excessSince <= ledger.now else { return (ledger.foreign, seen, ledger.now) }
        let steady = min(seen, ledger.excess)
        guard ledger.now - ledger.excessSince >= Self.patience else {
            return (ledger.foreign, steady, ledger.excessSince)
        }
        return (max(ledger.foreign, steady), 0, 0)
    }

    /// Dead owners' slots that the provider cannot be counting any more, whatever it counts: those beyond its whole count.
    private func freed(_ active: Int, _ ledger: SlotLedger.Snapshot, _ measuredAt: Int64) -> [String: Int64] {
        let dead = ledger.deadSlots(at: measuredAt)
        return Dictionary(uniqueKeysWithValues: dead.prefix(max(0, dead.count - active)).map { ($0.name, $0.until) })
    }

    /// Slots that nobody renews whose connection is there all the same, since the provider counts more than the living owners': a viewer's who
    /// was sent to it (`FilmLoan`), or a dead owner's that hangs. Those wait until the last moment: by then it has noticed what was closed.
    private func extended(_ ours: Int, _ ledger: SlotLedger.Snapshot) -> [String: Int64] {
        let dead = ledger.deadSlots(at: ledger.now)
        let held = max(0, ours - (ledger.reserved - dead.count))
        return Dictionary(
            uniqueKeysWithValues: dead.suffix(held)
                .filter { FilmLoan.isLoan(slot: $0.name) || $0.until - ledger.now < Self.soon }
                .map { ($0.name, $0.until) })
    }
}
