import FoundationEssentials
import Synchronization

/// The time for HTTP's `date`, put into words once a second at most, when somebody asks. Any thread.
final class HTTPDateClock: Sendable {
    private let last: Mutex<(second: Int64, text: String)>
    private let now: @Sendable () -> Int64

    /// - Parameter now: seconds since 1970.
    init(now: @escaping @Sendable () -> Int64 = { Int64(Date.now.timeIntervalSince1970) }) {
        self.now = now
        last = Mutex((0, HTTPDate.text(0)))
    }

    /// Now, as ``HTTPDate`` says it.
    var text: String {
        let second = now()
        return last.withLock { last in
            if last.second != second { last = (second, HTTPDate.text(second)) }
            return last.text
        }
    }
}

/// IMF-fixdate (RFC 9110 §5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// - Parameter second: since 1970, from 0 to the end of the year 9999.
    static func text(_ second: Int64) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents(
            [.weekday, .day, .month, .year, .hour, .minute, .second],
            from: Date(timeIntervalSince1970: Double(second)))
        let day = days[((parts.weekday ?? 1) - 1) % days.count]
        let month = months[((parts.month ?? 1) - 1) % months.count]
        let time = [parts.hour, parts.minute, parts.second].map { two($0 ?? 0) }.joined(separator: ":")
        let year = String(10_000 + (parts.year ?? 0)).dropFirst()
        return "\(day), \(two(parts.day ?? 1)) \(month) \(year) \(time) GMT"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
