/// Arithmetic of MPEG's 33-bit clock: 90 kHz ticks that begin again every 26.5 hours.
enum WrappingTime {
    static let period: Int64 = 1 << 33

    static func wrap(_ value: Int64) -> Int64 { value & (period - 1) }

    static func wrapClock(_ value: Int64) -> Int64 {
        let rest = value % (period * 300)
        return rest < 0 ? rest + period * 300 : rest
    }

    /// The value nearest to `reference` that is `raw` modulo the period.
    static func unwrap(_ raw: Int64, near reference: Int64) -> Int64 {
        let forward = wrap(raw - reference)
        return reference + (forward < period / 2 ? forward : forward - period)
    }
}
