import Redis

/// The books: what was served, by day, kind, stream and quality. Gateways hand in reports, SegmentStores count each once.
///
/// A report is moved into the counter's own processing list (`RedisBlockingList.move`), counted and removed from it by
/// one script. Whoever dies in between leaves it there, and `recover` gives it back.
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

    /// Announces that `instance` is about to take reports, so that its list is found should it die.
    public func register(_ instance: String) async throws {
        _ = try await redis.send(["SADD", .text(keys.usageProcessors), .text(instance)])
    }

    /// What lies in an instance's processing list, oldest first.
    public func pending(_ instance: String) async throws -> [String] {
        let reply = try await redis.send(["LRANGE", .text(keys.usageProcessing(instance: instance)), 0, -1])
        return (reply.array ?? []).compactMap(\.string).reversed()
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

    /// Removes a report that nobody can read.
    public func discard(_ payload: String, by instance: String) async throws {
        _ = try await redis.send(["LREM", .text(keys.usageProcessing(instance: instance)), 1, .text(payload)])
    }

    /// One day's books.
    public func totals(of day: UsageDay) async throws -> [String: Int64] {
        let reply = try await redis.send(["HGETALL", .text(keys.usage(day: day.description))])
        return reply.dictionary.compactMapValues(\.integer)
    }

    // MARK: Cleaning up

    /// Gives the reports of dead SegmentStores back to the living.
    /// - Returns: how many reports were given back.
    public func recover(except own: String) async throws -> Int {
        let processors = try await redis.send(["SMEMBERS", .text(keys.usageProcessors)])
        var count: Int64 = 0
        for instance in (processors.array ?? []).compactMap(\.string) where instance != own {
            let reply = try await redis.run(
                Self.recoverScript,
                keys: [
                    keys.usageProcessing(instance: instance), keys.usageReports, keys.instances, keys.usageProcessors,
                ],
                arguments: [.text(instance), .integer(InstanceStatus.lifetime * 3)])
            count += reply.integer ?? 0
        }
        return Int(count)
    }

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
    private static let recoverScript = RedisScript("usage.recover", RedisTime.prelude + usageRecoverLua)
    private static let forgetScript = RedisScript("usage.forget", RedisTime.prelude + usageForgetLua)
}
