/// Durations as people write them in settings.
enum DurationText {
    /// `300`, `1.5`, `500ms`, `30s`, `5m`, `2h`, `30d`; `nil` for anything else, or a negative or absurd one.
    static func parse(_ text: String) -> Duration? {
        let units: [(suffix: String, seconds: Double)] = [
            ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400),
        ]
        let unit = units.first { text.hasSuffix($0.suffix) }
        let digits = unit.map { String(text.dropLast($0.suffix.count)) } ?? text
        guard let count = Double(digits), count.isFinite, count >= 0 else { return nil }
        let seconds = count * (unit?.seconds ?? 1)
        return seconds <= 10_000_000_000 ? .milliseconds(Int64((seconds * 1000).rounded())) : nil
    }

    /// The shortest exact form that `parse` reads back.
    static func format(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        if attoseconds != 0 { return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms" }
        for (suffix, size) in [("d", 86_400), ("h", 3600), ("m", 60)] as [(String, Int64)] where seconds >= size {
            if seconds % size == 0 { return "\(seconds / size)\(suffix)" }
        }
        return "\(seconds)s"
    }
}
