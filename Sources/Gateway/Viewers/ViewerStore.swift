import Contracts
import Redis

/// The accounts in Redis, and what each plays and has used: see `Keys.accounts`. Every change has a number, so that gateways read
/// only what is new.
struct ViewerStore: Sendable {
    enum Outcome: Sendable, Equatable { case stored, exists, missing, full }

    let redis: RedisClient
    let keys: Keys

    /// A session not seen for so long plays no more, ms.
    static let fresh: Int64 = 20_000

    // MARK: Operator

    /// - Parameter isNew: whether the account must not, or must, exist.
    func put(_ viewer: Viewer, isNew: Bool) async throws -> Outcome {
        let reply = try await redis.run(
            Self.putScript, keys: [keys.accounts, keys.accountVersion, keys.accountChanges],
            arguments: [
                .text(viewer.name), .text(try viewer.json()), isNew ? 1 : 0, RedisArgument(Limits.accounts),
            ])
        switch reply.integer {
        case 1: return .stored
        case -1: return .exists
        case -2: return .full
        default: return .missing
        }
    }

    /// Also replaces the capability secret: who is removed keeps no way to segments (`CapabilitySecret`).
    func remove(_ name: String) async throws -> Outcome {
        let reply = try await redis.run(
            Self.removeScript,
            keys: [
                keys.accounts, keys.accountVersion, keys.accountChanges, keys.playing(name), keys.capabilitySecret,
                keys.retiredCapabilitySecrets,
            ],
            arguments: [.text(name), .text(Capability.makeSecret()), RedisArgument(Limits.accounts * 2)])
        return reply.integer == 1 ? .stored : .missing
    }

    func find(_ name: String) async throws -> Viewer? {
        let reply = try await redis.send(["HGET", .text(keys.accounts), .text(name)])
        return try reply.string.map { try Viewer(json: $0) }
    }

    func list() async throws -> [Viewer] {
        let all = try await redis.send(["HGETALL", .text(keys.accounts)]).dictionary
        return all.values.compactMap { $0.string.flatMap { try? Viewer(json: $0) } }.sorted { $0.name < $1.name }
    }

    // MARK: Gateways

    /// What an account has used this month and plays now.
    struct Use: Sendable, Equatable {
        let bytes: Int64
        let playing: Int
    }

    func use(of names: [String], month: String) async throws -> [Use] {
        guard !names.isEmpty else { return [] }
        let now = try await redis.send(["TIME"]).array?.first?.integer ?? 0
        let bytes = try await redis.send(["HMGET", .text(keys.accountBytes(month: month))] + names.map { .text($0) })
        let since = RedisArgument(now * 1000 - Self.fresh)
        let playing = try await redis.pipeline(names.map { ["ZCOUNT", .text(keys.playing($0)), since, "+inf"] })
        return zip(bytes.array ?? [], playing).map { Use(bytes: $0.integer ?? 0, playing: Int($1.integer ?? 0)) }
    }

    struct Report: Sendable, Equatable {
        let monthBytes: Int64
        /// Sessions that are above the account's number of streams.
        let excess: [String]
    }

    /// Adds what was used since the last report, and says which sessions play.
    /// - Parameters:
    ///   - month: `2026-11`.
    ///   - forgetting: a month whose figures go now.
    ///   - timeout: `nil`: the client's.
    func report(
        _ viewer: Viewer, sessions: [String], bytes: Int64, month: String, forgetting: String, timeout: Duration? = nil
    ) async throws -> Report {
        let reply = try await redis.run(
            Self.reportScript,
            keys: [keys.accountBytes(month: month), keys.accountBytes(month: forgetting), keys.playing(viewer.name)],
            arguments: [.text(viewer.name), .integer(bytes), RedisArgument(viewer.streams), .integer(Self.fresh)]
                + sessions.map { .text($0) }, timeout: timeout)
        guard let parts = reply.array, let total = parts.first?.integer else {
            throw RedisError(.protocolViolation, "unexpected answer to a viewer's report")
        }
        return Report(monthBytes: total, excess: parts.dropFirst().compactMap(\.string))
    }

    private static let putScript = RedisScript("viewer.put", viewerPutLua)
    private static let removeScript = RedisScript("viewer.remove", viewerRemoveLua)
    private static let reportScript = RedisScript("viewer.report", viewerReportLua)
}
