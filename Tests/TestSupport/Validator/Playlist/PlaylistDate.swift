/// Reads the dates of EXT-X-PROGRAM-DATE-TIME: ISO 8601 with time zone and milliseconds (RFC 8216 §4.3.2.6).
enum PlaylistDate {
    /// Unix milliseconds; nil if it is not written as it has to be.
    static func milliseconds(_ text: some StringProtocol) -> Int64? {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int64? {
            guard range.upperBound <= bytes.count else { return nil }
            return decimalInteger(String(decoding: bytes[range], as: UTF8.self))
        }
        guard bytes.count >= 20, bytes[4] == 45, bytes[7] == 45, bytes[10] == 84, bytes[13] == 58, bytes[16] == 58,
            let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60
        else { return nil }
        var rest = bytes[19...]
        var fraction: Int64 = 0
        if rest.first == 46 {
            let digits = rest.dropFirst().prefix { (48...57).contains($0) }
            guard let value = decimalInteger(String(decoding: digits.prefix(3), as: UTF8.self)) else { return nil }
            fraction = digits.count == 1 ? value * 100 : digits.count == 2 ? value * 10 : value
            rest = rest.dropFirst(1 + digits.count)
        }
        guard let zone = zoneMinutes(rest) else { return nil }
        let minutes = (days(year, month, day) * 24 + hour) * 60 + minute - zone
        return (minutes * 60 + second) * 1000 + fraction
    }

    private static func zoneMinutes(_ bytes: ArraySlice<UInt8>) -> Int64? {
        if bytes.elementsEqual([90]) { return 0 }
        let digits = bytes.dropFirst().filter { $0 != 58 }
        guard let sign = bytes.first, sign == 43 || sign == 45, digits.count == 4,
            let value = decimalInteger(String(decoding: digits, as: UTF8.self))
        else { return nil }
        return (sign == 45 ? -1 : 1) * (value / 100 * 60 + value % 100)
    }

    /// Days since 1970-01-01 in the Gregorian calendar.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let yearOfEra = y % 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return y / 400 * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
