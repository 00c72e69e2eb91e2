import Contracts

/// Remembers slots that ended a moment ago: the provider may still count their connections.
struct SlotGhosts: Sendable {
    private var lastSeen: [String: Int64] = [:]

    /// Notes which slots are reserved now. To be called about once a second.
    mutating func observe(_ ledger: SlotLedger.Snapshot) {
        for (name, until) in ledger.slots where until >= ledger.now { lastSeen[name] = ledger.now }
        lastSeen = lastSeen.filter { (0...SlotReckoning.patience).contains(ledger.now - $0.value) }
    }

    /// Slots seen in the last `SlotReckoning.patience` that are not reserved any more.
    func count(_ ledger: SlotLedger.Snapshot) -> Int {
        lastSeen.keys.count { (ledger.slots[$0] ?? 0) < ledger.now }
    }
}
