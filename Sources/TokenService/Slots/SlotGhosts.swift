import Contracts

/// Remembers which slots began or ended a moment ago: the provider may not count their connections yet, or still count them.
struct SlotGhosts: Sendable {
    private var firstSeen: [String: Int64] = [:]
    private var lastSeen: [String: Int64] = [:]

    /// Notes which slots are reserved now. To be called about once a second.
    mutating func observe(_ ledger: SlotLedger.Snapshot) {
        for (name, until) in ledger.slots where until >= ledger.now {
            lastSeen[name] = ledger.now
            if firstSeen[name] == nil { firstSeen[name] = ledger.now }
        }
        lastSeen = lastSeen.filter { (0...SlotReckoning.patience).contains(ledger.now - $0.value) }
        firstSeen = firstSeen.filter { lastSeen[$0.key] != nil }
    }

    /// Slots seen in the last `SlotReckoning.patience` that are not reserved any more.
    func count(_ ledger: SlotLedger.Snapshot) -> Int {
        lastSeen.keys.count { (ledger.slots[$0] ?? 0) < ledger.now }
    }

    /// Slots whose connection may not be there: reserved for less than `SlotReckoning.patience`, or by an owner that is dead.
    func unsure(_ ledger: SlotLedger.Snapshot) -> Int {
        let dead = Set(ledger.deadSlots(at: ledger.now).map(\.name))
        return ledger.slots.count { name, until in
            until >= ledger.now
                && (dead.contains(name) || ledger.now - (firstSeen[name] ?? ledger.now) < SlotReckoning.patience)
        }
    }
}
