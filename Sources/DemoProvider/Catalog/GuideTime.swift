/// A moment in UTC, in the two spellings of guides.
struct GuideTime {
    let seconds: Int64

    init(_ seconds: Int64) { self.seconds = seconds }

    /// Days since 1970 to a date (Howard Hinnant's `civil_from_days`, for years after 1970).
    private var date: (year: Int64, month: Int64, day: Int64) {
        let days = seconds / 86400 + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// `2026-11-22 20:30:00`
    var readable: String {
        let time = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60].map(two).joined(separator: ":")
        return "\(date.year)-\(two(date.month))-\(two(date.day)) \(time)"
    }

    /// `20261122203000`
    var compact: String { readable.filter(\.isNumber) }
}
