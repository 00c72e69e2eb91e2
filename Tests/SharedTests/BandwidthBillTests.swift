import Contracts
import Testing

struct BandwidthBillTests {
    /// 11 November 2026, 00:00 UTC: a third of the month is over.
    private let now: Int64 = 1_794_355_200_000

    private func bill(
        _ days: [(String, [String: Int64])], now: Int64? = nil, price: BandwidthBill.Price = .init()
    ) throws -> BandwidthBill {
        let days = try days.map { (day: try #require(UsageDay($0.0)), totals: $0.1) }
        return BandwidthBill(days: days, now: now ?? self.now, price: price)
    }

    private let gigabyte: Int64 = 1_000_000_000

    @Test func theFreePartCostsNothing() throws {
        let bill = try self.bill([
            ("2026-11-01", ["bytes:live:720p": 20 * gigabyte]), ("2026-11-11", ["bytes:vod:360p": gigabyte]),
        ])
        #expect(bill.month.bytes == 21 * gigabyte && bill.today.bytes == gigabyte)
        #expect(bill.cost == 0 && !bill.isAlert && abs(bill.usedShare - 0.21) < 1e-9)
        #expect(bill.projectedBytes == 63 * gigabyte && bill.projectedCost == 0)
    }

    @Test func beyondItEveryGigabyteDoes() throws {
        let bill = try self.bill([("2026-11-01", ["bytes:live:720p": 150 * gigabyte])])
        #expect(abs(bill.cost - 5) < 1e-9)
        #expect(abs(bill.projectedCost - 35) < 1e-6)
        #expect(bill.isAlert)
        #expect(abs(bill.money(savedBy: 10 * gigabyte) - 1) < 1e-9)
    }

    @Test func savingsInTheFreePartAreWorthOnlyWhatExceedsIt() throws {
        let bill = try self.bill([("2026-11-01", ["bytes:live:720p": 95 * gigabyte])])
        #expect(bill.money(savedBy: 4 * gigabyte) == 0)
        #expect(abs(bill.money(savedBy: 15 * gigabyte) - 1) < 1e-9)
    }

    @Test(arguments: [(79, false), (80, true), (200, true)])
    func theAlertComesAtFourFifths(gigabytes: Int64, isAlert: Bool) throws {
        #expect(try bill([("2026-11-02", ["bytes:live:720p": gigabytes * gigabyte])]).isAlert == isAlert)
    }

    @Test func aYoungMonthIsNotProjectedFromMinutes() throws {
        let begin: Int64 = 1_793_491_200_000
        let young = try bill([("2026-11-01", ["bytes:live:720p": gigabyte])], now: begin + 60_000)
        #expect(young.projectedBytes == 120 * gigabyte, "as if six hours had passed")
        let none = try bill([], now: begin)
        #expect(none.month.bytes == 0 && none.projectedBytes == 0 && none.usedShare == 0 && none.month.hitRate == 0)
    }

    @Test func noFreePartIsUsedUpByTheFirstByte() throws {
        let price = BandwidthBill.Price(freeGigabytes: 0, perGigabyte: 1)
        #expect(try !bill([], price: price).isAlert)
        #expect(try bill([("2026-11-01", ["bytes:live:720p": 1])], price: price).isAlert)
    }

    @Test func theBooksAreReadByKindAndQuality() {
        let traffic = Traffic([
            "bytes:live:720p": 5, "bytes:vod:360p": 7, "views:vod:360p": 2, "bytes:live-8:720p": 5, "odd:live:720p": 9,
            "nonsense": 1, "bytes:moon:720p": 1,
        ])
        #expect(traffic.bytes == 12 && traffic.total(.bytes, kind: "live") == 5 && traffic.total(.views) == 2)
        #expect(traffic.kinds.keys.sorted() == ["live", "vod"])
    }

    @Test func hitsAreWhatNeedNotBeMadeAgain() {
        let traffic = Traffic([
            "segments:vod:720p": 10, "cached:vod:720p": 4, "stored:vod:720p": 2, "bytes:vod:720p": 1000,
            "segments:live:720p": 10, "cached:live:720p": 5, "bytes:live:720p": 100,
        ])
        #expect(traffic.hits == 11 && abs(traffic.hitRate - 0.55) < 1e-9)
        #expect(traffic.savedByCache == 650)
    }

    @Test func lowerQualitiesSaveAgainstTheDefaultOne() {
        let measured = Traffic([
            "segments:live:720p": 100, "bytes:live:720p": 100_000, "segments:live:360p": 10, "bytes:live:360p": 4000,
            "segments:live:audio-fra": 10, "bytes:live:audio-fra": 10, "segments:live:1080p": 10,
            "bytes:live:1080p": 10,
        ])
        #expect(measured.savedByLowerQuality == 6000)
        // Nobody has watched 720p: its cap is (2500 + 96) kb/s, 1,298,000 bytes in 4 s.
        let unmeasured = Traffic(["segments:live:360p": 10, "bytes:live:360p": 3_000_000])
        #expect(unmeasured.savedByLowerQuality == 12_980_000 - 3_000_000)
        // What a film has in its default quality its gateway knows better: it may have nothing above 480p.
        let film = Traffic(["segments:vod:360p": 10, "bytes:vod:360p": 3_000_000, "spared:vod:360p": 400])
        #expect(film.savedByLowerQuality == 400)
    }

    @Test func whatIsNotWatchedIsNotSent() {
        let traffic = Traffic([
            // 100 s begun. 20 s were sent in two qualities and a language, 10 s come from the bucket: 500 bytes for 30 s.
            "offered:vod:720p": 100_000, "played:vod:720p": 20_000, "bytes:vod:720p": 250, "presigned:vod:720p": 50,
            "played:vod:360p": 10_000, "bytes:vod:360p": 180, "bytes:vod:audio-fra": 20, "direct:vod:original": 7,
            // Watched twice by one viewer; nothing of it is known of another.
            "offered:episode:720p": 1000, "played:episode:720p": 2000, "bytes:episode:720p": 9,
            "offered:series:720p": 5,
        ])
        #expect(traffic.savedByNotSending == 1166 && traffic.savedByBucket == 50 && traffic.savedByDirectPlay == 7)
    }
}
