import Contracts

/// When an account ends, as operators write it.
enum ExpiryText {
    enum Failure: Error { case malformed }

    /// `2027-01-31` (the end of that day, UTC), `2027-01-31T12:00:00Z`, `30d` (from now on), or `never`, which is `nil`.
    /// - Parameter now: Unix ms.
    static func parse(_ text: String, now: Int64) throws(Failure) -> Int64? {
        if text == "never" { return nil }
        if text.hasSuffix("d"), let days = Int64(text.dropLast()), (1...36_500).contains(days) {
            return now + days * 86_400_000
        }
        guard let day = UsageDay(String(text.prefix(10))) else { throw .malformed }
        let midnight = day.number * 86_400_000
        if text.utf8.count == 10 { return midnight + 86_400_000 }
        return midnight + (try time(text.dropFirst(10)))
    }

    /// `T12:00:00Z`, with or without a fraction, which is dropped; in ms.
    private static func time(_ text: Substring) throws(Failure) -> Int64 {
        guard text.first == "T", text.last == "Z" else { throw .malformed }
        let whole = text.dropFirst().dropLast().prefix { $0 != "." }
        let parts = whole.split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
        guard parts.count == 3, let hour = parts[0], let minute = parts[1], let second = parts[2],
            (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second)
        else { throw .malformed }
        return ((hour * 60 + minute) * 60 + second) * 1000
    }
}
