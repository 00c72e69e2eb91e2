import Synchronization

/// Remembers the first value noted under each name.
final class FirstSeen: Sendable {
    private let values = Mutex<[String: Int64]>([:])

    func note(_ name: String, _ value: Int64) -> Int64 {
        values.withLock { values in
            if let first = values[name] { return first }
            values[name] = value
            return value
        }
    }
}
