extension Settings {
    /// A whole number.
    public func integer(_ name: String, default fallback: Int? = nil, range: ClosedRange<Int>) throws(SettingsError)
        -> Int
    {
        try value(
            name, default: fallback, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            example: String(fallback ?? range.lowerBound)
        ) { Int($0).flatMap { range.contains($0) ? $0 : nil } }
    }

    /// A number with or without a decimal point.
    public func number(
        _ name: String, default fallback: Double? = nil, range: ClosedRange<Double>
    ) throws(SettingsError) -> Double {
        try value(
            name, default: fallback, expected: "a number from \(range.lowerBound) to \(range.upperBound)",
            example: String(fallback ?? range.lowerBound)
        ) { Double($0).flatMap { range.contains($0) ? $0 : nil } }
    }

    /// A length of time: seconds (`300`, `1.5`) or with a unit (`500ms`, `30s`, `5m`, `2h`, `30d`).
    public func duration(
        _ name: String, default fallback: Duration? = nil, range: ClosedRange<Duration>
    ) throws(SettingsError) -> Duration {
        let span = "\(DurationText.format(range.lowerBound)) to \(DurationText.format(range.upperBound))"
        return try value(
            name, default: fallback,
            expected: "a duration from \(span) (plain numbers are seconds; ms, s, m, h, d work)",
            example: DurationText.format(fallback ?? range.lowerBound)
        ) { DurationText.parse($0).flatMap { range.contains($0) ? $0 : nil } }
    }

    /// A number of bytes: plain, or with K, M, G or T (powers of 1024).
    public func bytes(_ name: String, default fallback: Int64? = nil, range: ClosedRange<Int64>) throws(SettingsError)
        -> Int64
    {
        try value(
            name, default: fallback,
            expected: "a number of bytes from \(range.lowerBound) to \(range.upperBound) (K, M, G and T work)",
            example: String(fallback ?? range.lowerBound)
        ) { text in
            guard let count = Self.byteCount(text), range.contains(count) else { return nil }
            return count
        }
    }

    private static func byteCount(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["k": 10, "m": 20, "g": 30, "t": 40]
        guard let last = text.lowercased().last else { return nil }
        guard let shift = units[last] else { return Int64(text) }
        guard let count = Int64(text.dropLast()), count >= 0 else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: 1 << shift)
        return overflow ? nil : product
    }
}
