import Contracts
import Synchronization

/// Notes at most once a minute that a rendition is watched. Bounded: of more than 10,000 all are forgotten, and noted again.
final class UseMarks: Sendable {
    private static let interval: Duration = .seconds(60)
    private static let maximum = 10_000

    private let marks = Mutex<[StoredGroup: ContinuousClock.Instant]>([:])

    /// Whether the caller should write it down now.
    func isDue(_ group: StoredGroup) -> Bool {
        let now = ContinuousClock.now
        return marks.withLock { marks in
            if let last = marks[group], now - last < Self.interval { return false }
            if marks.count >= Self.maximum { marks = [:] }
            marks[group] = now
            return true
        }
    }
}
