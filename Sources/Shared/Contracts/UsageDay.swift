/// One UTC day, as it is written in keys and reports: `2026-11-22`.
public struct UsageDay: Sendable, Hashable, CustomStringConvertible {
    public let description: String
    /// Days since 1970-01-01.
    public let number: Int64

    /// Reads `YYYY-MM-DD`, years 2000 to 2199; `nil` if it is not a day.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let year = Int64(parts[0]), let month = Int64(parts[1]), let day = Int64(parts[2]),
            (2000..<2200).contains(year), (1...12).contains(month), day >= 1, day <= Self.length(year, month)
        else { return nil }
        description = text
        number = Self.daysSince1970(year, month, day)
    }

    /// The day of a moment.
    /// - Parameter milliseconds: Unix time; taken as the year 2000 if it is before.
    public init(milliseconds: Int64) {
        number = max(10_957, milliseconds / 86_400_000)
        var left = number - 10_957
        var year: Int64 = 2000
        while left >= 365 + Self.leap(year) {
            left -= 365 + Self.leap(year)
            year += 1
        }
        var month: Int64 = 1
        while left >= Self.length(year, month) {
            left -= Self.length(year, month)
            month += 1
        }
        description = "\(year)-\(Self.two(month))-\(Self.two(left + 1))"
    }

    /// `2026-11`.
    public var month: String { String(description.prefix(7)) }
    /// 1 to 31.
    public var dayOfMonth: Int64 { Int64(description.suffix(2)) ?? 1 }
    /// Days that its month has.
    public var daysInMonth: Int64 {
        Self.length(Int64(description.prefix(4)) ?? 2000, Int64(description.dropFirst(5).prefix(2)) ?? 1)
    }

    private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let years = (2000..<year).reduce(Int64(10_957)) { $0 + 365 + leap($1) }
        return (1..<month).reduce(years) { $0 + length(year, $1) } + day - 1
    }

    private static func leap(_ year: Int64) -> Int64 {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 1 : 0
    }

    private static func length(_ year: Int64, _ month: Int64) -> Int64 {
        switch month {
        case 2: 28 + leap(year)
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
