import FoundationEssentials

/// A moment as signatures name it: `20130524T000000Z`, and its day, `20130524`.
struct S3Date: Sendable, Equatable {
    let stamp: String
    var day: String { String(stamp.prefix(8)) }

    /// - Parameter milliseconds: Unix time.
    init(milliseconds: Int64) {
        let style = Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted)
        stamp = Date(timeIntervalSince1970: Double(milliseconds / 1000)).formatted(style)
    }

    /// The beginning of the day that holds `milliseconds`: what is signed with it stays the same for a day.
    static func startOfDay(_ milliseconds: Int64) -> S3Date {
        S3Date(milliseconds: milliseconds - milliseconds % 86_400_000)
    }
}
