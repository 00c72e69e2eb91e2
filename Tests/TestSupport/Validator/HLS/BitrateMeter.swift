/// Measures what BANDWIDTH and AVERAGE-BANDWIDTH promise (RFC 8216 §4.3.4.2), in bits per second on the wire.
enum BitrateMeter {
    /// - Parameter sizes: Consecutive segments with their duration in ticks of 1/90000 s.
    static func measure(_ sizes: [(sequence: Int64, bytes: Int, ticks: Int64)], targetDuration: Int64)
        -> MeasuredBitrate?
    {
        let ticks = sizes.reduce(0) { $0 + $1.ticks }
        guard ticks > 0 else { return nil }
        let bytes = sizes.reduce(0) { $0 + $1.bytes }
        return MeasuredBitrate(peak: peak(sizes, targetDuration: targetDuration), average: rate(bytes, ticks))
    }

    /// The largest rate of any run of segments that lasts between half and one and a half target durations.
    private static func peak(_ sizes: [(sequence: Int64, bytes: Int, ticks: Int64)], targetDuration: Int64) -> Int {
        let (least, most) = (targetDuration * 45_000, targetDuration * 135_000)
        var peak = 0
        for first in sizes.indices {
            var (bytes, ticks): (Int, Int64) = (0, 0)
            for last in first..<sizes.count where last == first || sizes[last].sequence == sizes[last - 1].sequence + 1
            {
                bytes += sizes[last].bytes
                ticks += sizes[last].ticks
                if ticks > most { break }
                if ticks >= least { peak = max(peak, rate(bytes, ticks)) }
            }
        }
        return peak
    }

    private static func rate(_ bytes: Int, _ ticks: Int64) -> Int { Int(Int64(bytes) * 8 * 90_000 / ticks) }
}
