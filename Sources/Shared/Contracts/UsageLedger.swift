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
    public func submit(_ report: UsageReport) async throws {
        _ = try await redis.run(
            Self.submitScript, keys: [keys.usageReports],
            arguments: [.text(try report.json()), RedisArgument(Limits.reports)])
    }

    // MARK: SegmentStores

    /// How a SegmentStore takes reports and is recovered from.
    public var list: ProcessingList {
        ProcessingList(
            redis: redis, instances: keys.instances, source: keys.usageReports, processors: keys.usageProcessors,
            processing: { [keys] in keys.usageProcessing(instance: $0) })
    }

    /// Adds `amounts` to the day's books and removes `payload` from the processing list.
    /// - Returns: `false` if a report with this id was counted before.
    public func count(
        _ payload: String, id: String, day: UsageDay, amounts: [(field: String, amount: Int64)], by instance: String
    ) async throws -> Bool {
        let reply = try await redis.run(
            Self.countScript,
            keys: [
                keys.usageProcessing(instance: instance), keys.usage(day: day.description), keys.usageCounted,
                keys.usageDays,
            ],
            arguments: [
                .text(payload), .text(id), .text(day.description), .integer(day.number),
                RedisArgument(Limits.countedReports), RedisArgument(Limits.usageFields),
            ] + amounts.flatMap { [.text($0.field), .integer($0.amount)] })
        return reply.integer == 1
    }

    /// One day's books.
    public func totals(of day: UsageDay) async throws -> [String: Int64] {
        let reply = try await redis.send(["HGETALL", .text(keys.usage(day: day.description))])
        return reply.dictionary.compactMapValues(\.integer)
    }

    // MARK: Cleaning up

    /// Forgets days older than `days`, at most 100 a call.
    /// - Returns: how many days were forgotten.
    public func forget(olderThan days: Int) async throws -> Int {
        let reply = try await redis.run(
            Self.forgetScript, keys: [keys.usageDays],
            arguments: [RedisArgument(days), .text(keys.usage(day: ""))])
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
