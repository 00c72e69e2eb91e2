/// Token buckets by key. A value without IO; times are given. Bounded: full buckets are forgotten, they mean nothing.
struct RateBook<Key: Hashable & Sendable>: Sendable {
    private struct Bucket {
        var tokens: Double
        var at: ContinuousClock.Instant
    }

    /// Requests a second, on average.
    let rate: Double
    /// Requests at once.
    let burst: Double
    private var buckets: [Key: Bucket] = [:]

    private static var maximumBuckets: Int { 50_000 }

    init(rate: Double, burst: Double) {
        self.rate = rate
        self.burst = burst
    }

    var count: Int { buckets.count }

    /// Takes a token. Returns the seconds until there is one; `nil`: it was there.
    mutating func take(_ key: Key, at now: ContinuousClock.Instant) -> Int? {
        var bucket = buckets[key] ?? Bucket(tokens: burst, at: now)
        bucket.tokens = level(bucket, at: now)
        bucket.at = now
        defer {
            buckets[key] = bucket
            if buckets.count > Self.maximumBuckets { shrink(at: now) }
        }
        guard bucket.tokens >= 1 else { return max(1, Int(((1 - bucket.tokens) / rate).rounded(.up))) }
        bucket.tokens -= 1
        return nil
    }

    private func level(_ bucket: Bucket, at now: ContinuousClock.Instant) -> Double {
        min(burst, bucket.tokens + Double(max(0, (now - bucket.at).milliseconds)) / 1000 * rate)
    }

    private mutating func shrink(at now: ContinuousClock.Instant) {
        buckets = buckets.filter { level($0.value, at: now) < burst }
        // So many busy ones at once are an attack from everywhere; beginning anew lets each of them through once more.
        if buckets.count > Self.maximumBuckets { buckets = [:] }
    }
}
