import Redis

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How often films were viewed, ever and lately. Written by `UsageLedger.count`, in the same script that counts a report once.
public struct Popularity: Sendable {
    private let redis: RedisClient
    private let keys: Keys

    public init(redis: RedisClient, keys: Keys) {
        self.redis = redis
        self.keys = keys
    }

    /// After this many milliseconds a view counts half.
    public static let halfLife: Double = 7 * 86_400_000

    /// What is left of one view after so many milliseconds.
    public static func fading(over milliseconds: Int64) -> Double {
        exp2(-Double(max(0, milliseconds)) / halfLife)
    }

    public struct Score: Sendable, Equatable {
        /// Every view since the film was first heard of.
        public var views: Int64
        /// Views with decay, as of `last`.
        public var lately: Double
        /// Redis ms of the last view.
        public var last: Int64

        public init(views: Int64, lately: Double, last: Int64) {
            self.views = views
            self.lately = lately
            self.last = last
        }

        /// Reads `<views> <views with decay> <ms>`.
        init?(_ text: String) {
            let parts = text.split(separator: " ")
            guard parts.count == 3, let views = Int64(parts[0]), let lately = Double(parts[1]),
                let last = Int64(parts[2])
            else { return nil }
            self.init(views: views, lately: lately, last: last)
        }

        /// Views with decay, as of a moment in Redis ms.
        public func faded(to now: Int64) -> Double { lately * Popularity.fading(over: now - last) }
    }

    /// Every film that was viewed lately.
    public func scores() async throws -> [StreamID: Score] {
        let reply = try await redis.send(["HGETALL", .text(keys.popularity)])
        var scores: [StreamID: Score] = [:]
        for (name, value) in reply.dictionary {
            if let stream = StreamID(name), let score = value.string.flatMap({ Score($0) }) { scores[stream] = score }
        }
        return scores
    }

    /// Of some films.
    public func scores(of films: [StreamID]) async throws -> [StreamID: Score] {
        guard !films.isEmpty else { return [:] }
        let names = films.map { RedisArgument.text($0.description) }
        let reply = try await redis.send(["HMGET", .text(keys.popularity)] + names)
        let pairs = zip(films, reply.array ?? []).compactMap { film, value in
            value.string.flatMap { Score($0) }.map { (film, $0) }
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    /// Forgets films of whose views less than a hundredth is left: a single one after seven weeks.
    /// - Returns: how many were forgotten, at most 1000 a call.
    public func forgetFaded() async throws -> Int {
        guard let now = try await redis.send(["TIME"]).array?.first?.integer else { return 0 }
        let faded = try await scores().filter { $0.value.faded(to: now * 1000) < 0.01 }
        guard !faded.isEmpty else { return 0 }
        let names = faded.prefix(1000).map { RedisArgument.text($0.key.description) }
        return Int(try await redis.send(["HDEL", .text(keys.popularity)] + names).integer ?? 0)
    }
}
