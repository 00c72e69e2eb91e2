import Redis

/// The books: what was served, by day, kind, stream and quality. Gateways hand in reports, SegmentStores count each once.
///
/// A report is moved into the counter's own processing list (`RedisBlockingList.move`), counted and removed from it by
/// one script. Whoever dies in between leaves it there, and `list.recover` gives it back.
public struct UsageLedger: Sendable {
    private let redis: RedisClient
    private let keys: Keys

    public init(redis: RedisClient, keys: Keys) {
        self.redis = redis
        self.keys = keys
    }

    // MARK: Gateways

    /// Hands in a report. A repetition with the same id is harmless.
    public func submit(_ report: UsageReport, timeout: Duration? = nil) async throws {
        _ = try await redis.run(
            Self.submitScript, keys: [keys.usageReports],
            arguments: [.text(try report.json()), RedisArgument(Limits.reports)], timeout: timeout)
    }

    // MARK: SegmentStores

    /// How a SegmentStore takes reports and is recovered from.
    public var list: ProcessingList {
        ProcessingList(
            redis: redis, instances: keys.instances, source: keys.usageReports, processors: keys.usageProcessors,
            processing: { [keys] in keys.usageProcessing(instance: $0) })
    }

    /// What one report adds to the books.
    public struct Addition: Sendable {
        public let id: String
        public let day: UsageDay
        /// By field: `bytes:live:720p` (kinds) and `bytes:live-8:720p` (streams).
        public var kinds: [String: Int64] = [:]
        public var streams: [String: Int64] = [:]
        /// Bytes by stream, for the month's largest.
        public var bytes: [StreamID: Int64] = [:]
        /// Views by film, for popularity.
        public var views: [StreamID: Int64] = [:]

        public init(id: String, day: UsageDay) {
            self.id = id
            self.day = day
        }
    }

    /// Adds a report to the books and removes `payload` from the processing list, all at once.
    /// - Returns: `false` if a report with this id was counted before.
    public func count(_ payload: String, _ addition: Addition, by instance: String) async throws -> Bool {
        let day = addition.day
        let groups: [[(String, Int64)]] = [
            addition.kinds.map { ($0.key, $0.value) }, addition.streams.map { ($0.key, $0.value) },
            addition.bytes.map { ($0.key.description, $0.value) },
            addition.views.map { ($0.key.description, $0.value) },
        ]
        let reply = try await redis.run(
            Self.countScript,
            keys: [
                keys.usageProcessing(instance: instance), keys.usage(day: day.description), keys.usageCounted,
                keys.usageDays, keys.usageTotals(day: day.description), keys.usageTop(month: day.month),
                keys.popularity,
            ],
            arguments: [
                .text(payload), .text(addition.id), .text(day.description), .integer(day.number),
                RedisArgument(Limits.countedReports), RedisArgument(Limits.usageFields),
                RedisArgument(Limits.topStreams), RedisArgument(Limits.popularFilms),
                .integer(Int64(Popularity.halfLife)),
            ] + groups.map { RedisArgument($0.count) }
                + groups.joined().flatMap { [.text($0.0), .integer($0.1)] })
        return reply.integer == 1
    }

    /// One day's books.
    public func totals(of day: UsageDay) async throws -> [String: Int64] {
        let reply = try await redis.send(["HGETALL", .text(keys.usage(day: day.description))])
        return reply.dictionary.compactMapValues(\.integer)
    }

    /// The days of a month up to and with `day`, kinds only.
    public func month(upTo day: UsageDay) async throws -> [(day: UsageDay, totals: [String: Int64])] {
        let days = (1...day.dayOfMonth).compactMap {
            UsageDay(milliseconds: (day.number - day.dayOfMonth + $0) * 86_400_000)
        }
        let replies = try await redis.pipeline(days.map { ["HGETALL", .text(keys.usageTotals(day: $0.description))] })
        return zip(days, replies).map { ($0, $1.dictionary.compactMapValues(\.integer)) }
    }

    /// The streams with the most bytes in the month of `day`, the largest first.
    public func top(_ count: Int, inMonthOf day: UsageDay) async throws -> [(stream: StreamID, bytes: Int64)] {
        let reply = try await redis.send([
            "ZREVRANGE", .text(keys.usageTop(month: day.month)), 0, RedisArgument(count - 1), "WITHSCORES",
        ])
        let parts = reply.array ?? []
        return stride(from: 0, to: parts.count - 1, by: 2).compactMap { index in
            guard let stream = parts[index].string.flatMap({ StreamID($0) }),
                let bytes = parts[index + 1].string.flatMap({ Double($0) })
            else { return nil }
            return (stream, Int64(bytes))
        }
    }

    // MARK: Cleaning up

    /// Forgets days older than `days`, at most 100 a call.
    /// - Returns: how many days were forgotten.
    public func forget(olderThan days: Int) async throws -> Int {
        let reply = try await redis.run(
            Self.forgetScript, keys: [keys.usageDays],
            arguments: [
                RedisArgument(days), .text(keys.usage(day: "")), .text(keys.usageTotals(day: "")),
                .text(keys.usageTop(month: "")),
            ])
        return Int(reply.integer ?? 0)
    }

    private static let submitScript = RedisScript(
        "usage.submit",
        """
        redis.call('LPUSH', KEYS[1], ARGV[1])
        redis.call('LTRIM', KEYS[1], 0, tonumber(ARGV[2]) - 1)
        return 1
        """)
    private static let countScript = RedisScript("usage.count", RedisTime.prelude + usageCountLua)
    private static let forgetScript = RedisScript("usage.forget", RedisTime.prelude + usageForgetLua)
}
