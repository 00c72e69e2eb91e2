/// What a month of traffic costs, what it will have cost at its end, and what was saved. Pure: the books and a clock in.
///
/// Gigabytes are 10⁹ bytes, as platforms bill them. Money is in the currency of the price.
public struct BandwidthBill: Sendable, Equatable {
    /// What the platform asks.
    public struct Price: Sendable, Equatable {
        public var freeGigabytes: Double
        public var perGigabyte: Double

        /// Railway's, as the defaults of `BANDWIDTH_FREE_GB` and `BANDWIDTH_PRICE_PER_GB`.
        public init(freeGigabytes: Double = 100, perGigabyte: Double = 0.10) {
            self.freeGigabytes = freeGigabytes
            self.perGigabyte = perGigabyte
        }

        /// What so many bytes in a month cost.
        public func cost(_ bytes: Int64) -> Double {
            max(0, Double(bytes) / BandwidthBill.gigabyte - freeGigabytes) * perGigabyte
        }
    }

    public static let gigabyte = 1e9
    /// Share of the free part from which on there is an alert.
    public static let alertShare = 0.8
    /// Nothing is projected from less than this part of a month.
    private static let leastElapsed = 6.0 * 3_600_000

    public let today: Traffic
    public let month: Traffic
    public let price: Price
    /// At the end of the month, if it goes on as it went.
    public let projectedBytes: Int64

    /// - Parameters:
    ///   - days: the month's days up to today, kinds only; see `UsageLedger.month`.
    ///   - now: Unix ms.
    public init(days: [(day: UsageDay, totals: [String: Int64])], now: Int64, price: Price) {
        let today = UsageDay(milliseconds: now)
        self.today = Traffic(days.first { $0.day == today }?.totals ?? [:])
        month = Traffic(days.reduce(into: [:]) { sums, day in sums.merge(day.totals) { $0 + $1 } })
        self.price = price
        let begin = (today.number - today.dayOfMonth + 1) * 86_400_000
        let length = Double(today.daysInMonth * 86_400_000)
        let elapsed = max(Self.leastElapsed, Double(now - begin))
        projectedBytes = max(month.bytes, Int64(Double(month.bytes) * length / elapsed))
    }

    public var cost: Double { price.cost(month.bytes) }
    public var projectedCost: Double { price.cost(projectedBytes) }
    /// Of the free part; 1 is all of it. Without a free part: everything is over it.
    public var usedShare: Double {
        guard price.freeGigabytes > 0 else { return month.bytes > 0 ? 1 : 0 }
        return Double(month.bytes) / Self.gigabyte / price.freeGigabytes
    }
    public var isAlert: Bool { usedShare >= Self.alertShare }

    /// What bytes that were not sent would have cost on top of the month's.
    public func money(savedBy bytes: Int64) -> Double { price.cost(month.bytes + bytes) - cost }
}
