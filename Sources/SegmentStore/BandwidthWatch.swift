import Contracts
import CoreMetrics
import Executors
import FoundationEssentials
import Logging
import Metrics
import ServiceLifecycle

/// Reckons the month's bill once a minute, for metrics and for the one line that says that the free part is nearly used up.
struct BandwidthWatch: Service {
    private static let interval: Duration = .seconds(60)

    let ledger: UsageLedger
    let price: BandwidthBill.Price
    let gauges: Gauges
    let logger: Logger

    /// All of the current month.
    struct Gauges: Sendable {
        let bytes: Gauge
        let projectedBytes: Gauge
        let cost: Gauge
        let projectedCost: Gauge
        /// Of the free part.
        let usedShare: Gauge
        /// 1 from 80 % of the free part on.
        let alert: Gauge
        let hitRate: Gauge

        init(_ factory: any MetricsFactory) {
            func gauge(_ name: String) -> Gauge { Gauge(label: "bandwidth_\(name)", factory: factory) }
            bytes = gauge("month_bytes")
            projectedBytes = gauge("month_projected_bytes")
            cost = gauge("month_cost")
            projectedCost = gauge("month_projected_cost")
            usedShare = gauge("free_part_used")
            alert = gauge("alert")
            hitRate = gauge("cache_hit_rate")
        }
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var alertedMonth: String?
            while true {
                let now = Int64(Date.now.timeIntervalSince1970 * 1000)
                do {
                    let bill = try await reckon(now: now)
                    let month = UsageDay(milliseconds: now).month
                    if bill.isAlert, alertedMonth != month {
                        alertedMonth = month
                        warn(bill)
                    }
                } catch {
                    try Task.checkCancellation()
                    logger.debug("the bill was not reckoned", metadata: ["error": "\(error)"])
                }
                try await Task.sleep(for: Self.interval, clock: .loop)
            }
        }
    }

    /// - Parameter now: Unix ms.
    @discardableResult
    func reckon(now: Int64) async throws -> BandwidthBill {
        let days = try await ledger.month(upTo: UsageDay(milliseconds: now))
        let bill = BandwidthBill(days: days, now: now, price: price)
        gauges.bytes.record(bill.month.bytes)
        gauges.projectedBytes.record(bill.projectedBytes)
        gauges.cost.record(bill.cost)
        gauges.projectedCost.record(bill.projectedCost)
        gauges.usedShare.record(bill.usedShare)
        gauges.alert.record(bill.isAlert ? 1 : 0)
        gauges.hitRate.record(bill.month.hitRate)
        return bill
    }

    private func warn(_ bill: BandwidthBill) {
        logger.warning(
            "this month's traffic nears the end of its free part",
            metadata: [
                "bandwidth.share": "\(Int(bill.usedShare * 100)) %",
                "bandwidth.projected_cost": "\(Int(bill.projectedCost.rounded()))",
            ])
    }
}
