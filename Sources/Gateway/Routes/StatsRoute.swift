import Contracts
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Redis

/// `/api/stats/streams` and `/api/stats/bandwidth`: what runs now, and what this month's traffic costs.
struct StatsRoute: Sendable {
    private let streams: CachedBody
    private let bandwidth: CachedBody

    /// - Parameter price: what the platform asks for bytes.
    init(redis: RedisClient, keys: Keys, price: BandwidthBill.Price) {
        streams = CachedBody(lifetime: .seconds(1)) {
            JSONBody.encode(try await StreamStats.read(redis: redis, keys: keys))
        }
        bandwidth = CachedBody(lifetime: .seconds(5)) {
            let now = Int64(Date.now.timeIntervalSince1970 * 1000)
            return JSONBody.encode(try await BandwidthStats.read(redis: redis, keys: keys, now: now, price: price))
        }
    }

    func add(to router: Router<GatewayContext>) {
        for (path, body) in [("/api/stats/streams", streams), ("/api/stats/bandwidth", bandwidth)] {
            for method in [HTTPRequest.Method.get, .head] {
                router.on(RouterPath(path), method: method) { _, _ in
                    Response(
                        status: .ok,
                        headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
                        body: ResponseBody(byteBuffer: try await body.value()))
                }
            }
        }
    }
}
