import Dispatch
import Synchronization

/// A wait that another thread can end.
final class Pause: Sendable {
    private let ended = Atomic<Bool>(false)
    private let semaphore = DispatchSemaphore(value: 0)

    /// Waits so long, in nanoseconds of `clock`, or until `end()`. False: ended.
    func wait(_ nanoseconds: Int64, clock: any LiveClock) -> Bool {
        guard !ended.load(ordering: .acquiring) else { return false }
        return !clock.wait(for: semaphore, until: clock.now + max(0, nanoseconds))
    }

    /// Ends the wait that is under way and all later ones.
    func end() {
        ended.store(true, ordering: .releasing)
        semaphore.signal()
    }
}

extension Duration {
    /// Whole nanoseconds; what is longer than 292 years is cut.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : product + attoseconds / 1_000_000_000
    }
}
