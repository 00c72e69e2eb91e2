import NIOCore
import Redis

/// The lists of the provider's catalog (hashes `Keys.catalog`, chunks beside them), and the wishes for them.
///
/// As `MetadataStore`: a wish is a wake-up that may get lost, the hash is the truth, the channel a hint, an expired list serves
/// on while the provider cannot be asked. A load is written chunk by chunk under a number of its own and becomes the list in one
/// step; until then readers have the old one. What a load leaves that nobody finished goes by its TTL.
public struct CatalogStore: Sendable {
    private let redis: RedisClient
    private let keys: Keys

    public init(redis: RedisClient, keys: Keys) {
        self.redis = redis
        self.keys = keys
    }

    // MARK: Gateways

    public func read(_ kind: CatalogKind) async throws -> CatalogState {
        let reply = try await redis.run(Self.readScript, keys: [keys.catalog(kind)], arguments: [])
        guard let parts = reply.array, parts.count == 7, let now = parts[6].integer else {
            throw RedisError(.protocolViolation, "unexpected answer to catalog.read")
        }
        let numbers = parts[..<4].map { $0.integer ?? 0 }
        let version = CatalogState.Version(
            number: numbers[0], chunks: Int(clamping: numbers[1]), entries: Int(clamping: numbers[2]),
            bytes: Int(clamping: numbers[3]))
        return CatalogState(
            version: version.number > 0 ? version : nil,
            failure: parts[4].string.flatMap { try? StreamReason(json: $0) }, expiresAt: parts[5].integer ?? 0, now: now
        )
    }

    /// - Parameter patience: milliseconds after which nobody waits any more.
    public func wish(_ kind: CatalogKind, patience: Int64, request: String) async throws {
        _ = try await redis.run(
            Self.wishScript, keys: [keys.catalogWishes],
            arguments: [.text(kind.rawValue), .integer(patience), .text(request), RedisArgument(Limits.catalogWishes)])
    }

    /// The unpacked lines of one chunk; `nil` if the version is not the list any more, or the chunk is damaged.
    public func chunk(_ index: Int, of version: CatalogState.Version, _ kind: CatalogKind) async throws -> [UInt8]? {
        let key = keys.catalogChunks(kind, version: version.number)
        return try await redis.send(["HGET", .text(key), RedisArgument(index)]).bytes.flatMap {
            CatalogChunk.unpack($0)
        }
    }

    public func categories(_ kind: CatalogKind, of version: CatalogState.Version) async throws -> [CatalogCategory]? {
        let key = keys.catalogChunks(kind, version: version.number)
        let text = try await redis.send(["HGET", .text(key), "categories"]).string
        return text.flatMap { try? CategoryList(json: $0).categories }
    }

    // MARK: TokenService

    public enum Beginning: Sendable, Equatable {
        case late, busy, answered
        /// This replica loads, under this number.
        case proceed(draft: Int64)
    }

    /// Single flight over all replicas. A load that says nothing (`append`) for `CatalogLimits.silence` is taken for dead.
    public func begin(_ wish: CatalogWish, by instance: String) async throws -> Beginning {
        let reply = try await redis.run(
            Self.beginScript, keys: [keys.catalog(wish.kind)],
            arguments: [
                .integer(wish.deadline), .text(instance), .integer(CatalogLimits.silence),
                .text(keys.catalogChannel(wish.kind)),
            ])
        switch reply.string {
        case "late": return .late
        case "busy": return .busy
        case "answered": return .answered
        case let text:
            guard let draft = text.flatMap({ Int64($0) }) else {
                throw RedisError(.protocolViolation, "unexpected answer to catalog.begin")
            }
            return .proceed(draft: draft)
        }
    }

    /// Adds a chunk and says that the load goes on. `false`: it is somebody else's now.
    public func append(
        _ chunk: ByteBuffer, at index: Int, to draft: Int64, _ kind: CatalogKind, by instance: String
    ) async throws -> Bool {
        try await write(RedisArgument(index), .bytes(chunk), to: draft, kind, instance)
    }

    public func append(
        _ categories: [CatalogCategory], to draft: Int64, _ kind: CatalogKind, by instance: String
    ) async throws -> Bool {
        try await write("categories", .text(try CategoryList(categories: categories).json()), to: draft, kind, instance)
    }

    /// No bytes in scripts (DESIGN §4): plain writes, under a TTL until the load is finished.
    private func write(
        _ field: RedisArgument, _ value: RedisArgument, to draft: Int64, _ kind: CatalogKind, _ instance: String
    ) async throws -> Bool {
        let key = keys.catalogChunks(kind, version: draft)
        for reply in try await redis.pipeline([
            ["HSET", .text(key), field, value], ["PEXPIRE", .text(key), .integer(CatalogLimits.draft)],
        ]) { _ = try reply.orThrow() }
        let goesOn = try await redis.run(
            Self.renewScript, keys: [keys.catalog(kind)],
            arguments: [.text(instance), .integer(draft), .integer(CatalogLimits.silence)])
        return goesOn.integer == 1
    }

    /// Posters' addresses, key → address. At most a few thousand at a time.
    public func remember(images: [String: String]) async throws {
        guard !images.isEmpty else { return }
        let words = images.flatMap { [RedisArgument($0.key), RedisArgument($0.value)] }
        _ = try await redis.send(["HSET", .text(keys.images)] + words)
        _ = try await redis.run(Self.trimScript, keys: [keys.images], arguments: [RedisArgument(Limits.images)])
    }

    /// Makes a load the list, if all of its chunks are there.
    /// - Parameter timeToLive: milliseconds; at least a minute, since a load costs the provider tens of megabytes.
    /// - Returns: `false`: it was taken for dead, or has lost chunks.
    public func commit(
        _ version: CatalogState.Version, _ kind: CatalogKind, by instance: String, timeToLive: Int64
    ) async throws -> Bool {
        let reply = try await redis.run(
            Self.commitScript, keys: [keys.catalog(kind), keys.catalogChunks(kind, version: version.number)],
            arguments: [
                .text(instance), .integer(version.number), RedisArgument(version.chunks),
                RedisArgument(version.entries), RedisArgument(version.bytes), .integer(max(60_000, timeToLive)),
                .text(keys.catalogChannel(kind)), .text(keys.catalogChunks(kind, version: nil)),
            ])
        return reply.integer == 1
    }

    /// The load failed. A list that there is serves on until then.
    /// - Parameter retryAfter: milliseconds.
    public func fail(
        _ reason: StreamReason, draft: Int64, _ kind: CatalogKind, by instance: String, retryAfter: Int64
    ) async throws {
        _ = try await redis.run(
            Self.failScript, keys: [keys.catalog(kind), keys.catalogChunks(kind, version: draft)],
            arguments: [
                .text(instance), .integer(draft), .text(try reason.json()), .integer(max(2_000, retryAfter)),
                .text(keys.catalogChannel(kind)),
            ])
    }

    /// Gives the right to load back, so that another replica can go on at once.
    public func abandon(draft: Int64, _ kind: CatalogKind, by instance: String) async throws {
        _ = try await redis.run(
            Self.abandonScript, keys: [keys.catalog(kind), keys.catalogChunks(kind, version: draft)],
            arguments: [.text(instance), .integer(draft), .text(keys.catalogChannel(kind))])
    }

    private static let readScript = RedisScript("catalog.read", RedisTime.prelude + catalogReadLua)
    private static let wishScript = RedisScript("catalog.wish", RedisTime.prelude + catalogWishLua)
    private static let beginScript = RedisScript("catalog.begin", RedisTime.prelude + catalogBeginLua)
    private static let renewScript = RedisScript("catalog.renew", RedisTime.prelude + catalogRenewLua)
    private static let trimScript = RedisScript("catalog.trim", catalogTrimLua)
    private static let commitScript = RedisScript("catalog.commit", RedisTime.prelude + catalogCommitLua)
    private static let failScript = RedisScript("catalog.fail", RedisTime.prelude + catalogFailLua)
    private static let abandonScript = RedisScript("catalog.abandon", catalogAbandonLua)

    private struct CategoryList: Contract {
        var v = 1
        let categories: [CatalogCategory]
    }
}
