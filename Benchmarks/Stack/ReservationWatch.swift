import Contracts
import Synchronization

/// Looks at the fleet's reservations every few milliseconds and keeps the highest number.
final class ReservationWatch: Sendable {
    private let highest = Mutex(0)
    private let looks = Mutex(0)

    var most: Int { highest.withLock { $0 } }
    var count: Int { looks.withLock { $0 } }

    /// Looks until cancelled.
    func run(_ ledger: SlotLedger) async throws {
        while !Task.isCancelled {
            let reserved = try await ledger.snapshot().reserved
            highest.withLock { $0 = max($0, reserved) }
            looks.withLock { $0 += 1 }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
