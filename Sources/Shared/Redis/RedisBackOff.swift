/// Pauses between attempts to connect: doubling from 50 ms to 2 s, each shortened at random by up to half, so that the
/// processes of a fleet do not all come back in the same instant.
struct RedisBackOff {
    private static let shortest = 50.0
    private static let longest = 2_000.0
    private var attempts = 0

    /// Begin anew: the last connection has held.
    mutating func reset() { attempts = 0 }

    mutating func next() -> Duration {
        var pause = Self.shortest
        for _ in 0..<min(attempts, 10) { pause *= 2 }
        attempts += 1
        return .milliseconds(min(pause, Self.longest) * Double.random(in: 0.5...1))
    }
}
