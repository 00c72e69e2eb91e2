import Contracts
import Redis

/// What `/api/stats/bandwidth` says: bytes served, their price, and what was saved.
struct BandwidthStats: Encodable, Sendable {
    struct Period: Encodable, Sendable, Equatable {
        /// `2026-11-24` or `2026-11`, UTC.
        let name: String
        let bytes: Int64
        let gigabytes: Double
        let views: Int64
        /// Kind → quality → bytes.
        let kinds: [String: [String: Int64]]

        init(_ name: String, _ traffic: Traffic) {
            self.name = name
            bytes = traffic.bytes
            gigabytes = Money.round(Double(traffic.bytes) / BandwidthBill.gigabyte)
            views = traffic.total(.views)
            kinds = traffic.kinds.mapValues { $0.compactMapValues { $0[.bytes] } }
        }
    }

    struct Bill: Encodable, Sendable, Equatable {
        let freeGigabytes: Double
        let pricePerGigabyte: Double
        /// Of the free part; 1 is all of it.
        let usedShare: Double
        let cost: Double
        let projectedBytes: Int64
        let projectedCost: Double
        /// From 80 % of the free part on.
        let alert: Bool
    }

    struct Cache: Encodable, Sendable, Equatable {
        let segments: Int64
        let hits: Int64
        let hitRate: Double
    }

    struct Saving: Encodable, Sendable, Equatable {
        let bytes: Int64
        let money: Double
    }

    struct Savings: Encodable, Sendable, Equatable {
        /// Sent by the provider to the viewer.
        let directPlay: Saving
        /// Sent by the bucket to the viewer, if they fetch all that their playlists name: nobody here sees what they do.
        let bucket: Saving
        /// Not fetched or made again; the price is that of fetching them once more.
        let cache: Saving
        /// Against the same pictures in the quality that nobody has to choose.
        let lowerQuality: Saving
        /// Parts of films that were begun and not watched, at the rate of those that were.
        let unwatched: Saving
    }

    struct Title: Encodable, Sendable, Equatable {
        let stream: StreamID
        let bytes: Int64
        /// Of films: ever, and with decay (half after a week).
        let views: Int64?
        let viewsLately: Double?
    }

    let success = true
    let today: Period
    let month: Period
    let bill: Bill
    let cache: Cache
    let saved: Savings
    /// This month's largest.
    let top: [Title]

    private static let topCount = 20

    init(_ bill: BandwidthBill, now: Int64, top: [Title]) {
        let day = UsageDay(milliseconds: now), traffic = bill.month
        func saving(_ bytes: Int64) -> Saving { Saving(bytes: bytes, money: Money.round(bill.money(savedBy: bytes))) }
        today = Period(day.description, bill.today)
        month = Period(day.month, traffic)
        self.bill = Bill(
            freeGigabytes: bill.price.freeGigabytes, pricePerGigabyte: bill.price.perGigabyte,
            usedShare: Money.round(bill.usedShare), cost: Money.round(bill.cost), projectedBytes: bill.projectedBytes,
            projectedCost: Money.round(bill.projectedCost), alert: bill.isAlert)
        cache = Cache(
            segments: traffic.total(.segments), hits: traffic.hits, hitRate: Money.round(traffic.hitRate))
        saved = Savings(
            directPlay: saving(traffic.savedByDirectPlay), bucket: saving(traffic.savedByBucket),
            cache: saving(traffic.savedByCache), lowerQuality: saving(traffic.savedByLowerQuality),
            unwatched: saving(traffic.savedByNotSending))
        self.top = top
    }

    /// - Parameter now: Unix ms.
    static func read(
        redis: RedisClient, keys: Keys, now: Int64, price: BandwidthBill.Price
    ) async throws -> BandwidthStats {
        let ledger = UsageLedger(redis: redis, keys: keys)
        let day = UsageDay(milliseconds: now)
        let bill = BandwidthBill(days: try await ledger.month(upTo: day), now: now, price: price)
        let largest = try await ledger.top(topCount, inMonthOf: day)
        let scores = try await Popularity(redis: redis, keys: keys).scores(of: largest.map(\.stream))
        let top = largest.map { stream, bytes in
            Title(
                stream: stream, bytes: bytes, views: scores[stream]?.views,
                viewsLately: scores[stream].map { Money.round($0.faded(to: now)) })
        }
        return BandwidthStats(bill, now: now, top: top)
    }

    /// Figures for people: three digits behind the point.
    private enum Money {
        static func round(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
    }
}
