import Redis

/// What the provider's catalog says (hashes `Keys.metadata`), and the wishes for it.
///
/// Level-triggered like `TokenStore`: a wish is a wake-up that may get lost, the hash is the truth, the channel a hint. Expiry
/// is a field in Redis time; an expired answer serves on while the provider cannot be asked. At most `Limits.metadata`
/// subjects are kept, those that were stored first are forgotten first.
public struct MetadataStore: Sendable {
    private let redis: RedisClient
    private let keys: Keys

    public init(redis: RedisClient, keys: Keys) {
        self.redis = redis
        self.keys = keys
    }

    // MARK: Whoever wants to know

    public struct Reading: Sendable, Equatable {
        /// JSON of `FilmMetadata`, `SeriesMetadata` or `GuideMetadata`.
        public let text: String?
        public let failure: StreamReason?
        /// When it is to be asked for anew, and now: Redis ms.
        public let expiresAt: Int64
        public let now: Int64
        /// Counts answers to this subject: a waiter knows a new one by it.
        public let serial: Int64

        public var isFresh: Bool { (text != nil || failure != nil) && now < expiresAt }
    }

    public func read(_ subject: MetadataSubject) async throws -> Reading {
        let reply = try await redis.run(Self.readScript, keys: [keys.metadata(subject)], arguments: [])
        guard let parts = reply.array, parts.count == 5, let now = parts[4].integer else {
            throw RedisError(.protocolViolation, "unexpected answer to metadata.read")
        }
        return Reading(
            text: parts[0].string, failure: parts[1].string.flatMap { try? StreamReason(json: $0) },
            expiresAt: parts[2].integer ?? 0, now: now, serial: parts[3].integer ?? 0)
    }

    /// - Parameter patience: milliseconds after which nobody waits any more.
    public func wish(_ subject: MetadataSubject, patience: Int64, request: String) async throws {
        _ = try await redis.run(
            Self.wishScript, keys: [keys.metadataWishes],
            arguments: [
                .text(subject.description), .integer(patience), .text(request), RedisArgument(Limits.wishes),
            ])
    }

    /// The provider's address of a poster. Never shown to viewers; `nil`: forgotten, or never known.
    public func image(_ key: String) async throws -> String? {
        try await redis.send(["HGET", .text(keys.images), .text(key)]).string
    }

    // MARK: TokenService

    /// Single flight over all replicas.
    /// - Parameter patience: milliseconds after which another replica may try, should this one die.
    public func begin(_ wish: MetadataWish, by instance: String, patience: Int64) async throws -> TokenStore.Beginning {
        let reply = try await redis.run(
            Self.beginScript, keys: [keys.metadata(wish.subject)],
            arguments: [
                .integer(wish.deadline), .text(instance), .integer(patience), .text(keys.metadataChannel(wish.subject)),
            ])
        switch reply.string {
        case "proceed": return .proceed
        case "busy": return .busy
        case "answered": return .answered(age: 0)
        case "late": return .late
        default: throw RedisError(.protocolViolation, "unexpected answer to metadata.begin")
        }
    }

    public enum Result: Sendable, Equatable {
        /// `images`: key → address of the posters that it names.
        case value(String, images: [String: String])
        /// A known value is kept and serves until then, unless the provider says that there is no such thing.
        case failure(StreamReason, isGone: Bool)
    }

    /// - Parameter timeToLive: milliseconds; at least 2 s, so that whoever waits for it can read it.
    public func store(
        _ result: Result, for subject: MetadataSubject, by instance: String, timeToLive: Int64
    ) async throws {
        let (text, failure, isGone, images): (String, String, Bool, [String: String]) =
            switch result {
            case .value(let text, let images): (text, "", false, images)
            case .failure(let reason, let isGone): ("", try reason.json(), isGone, [:])
            }
        _ = try await redis.run(
            Self.storeScript, keys: [keys.metadata(subject), keys.metadataKnown, keys.images],
            arguments: [
                .text(instance), .text(text), .text(failure), isGone ? 1 : 0, .integer(max(2_000, timeToLive)),
                .text(subject.description), .text(keys.metadataChannel(subject)), RedisArgument(Limits.metadata),
                RedisArgument(Limits.images), .text(keys.prefix),
            ] + images.flatMap { [RedisArgument($0.key), RedisArgument($0.value)] })
    }

    /// Gives the right to ask back, so that another replica can go on at once.
    public func abandon(_ subject: MetadataSubject, by instance: String) async throws {
        _ = try await redis.run(
            Self.abandonScript, keys: [keys.metadata(subject)],
            arguments: [.text(instance), .text(keys.metadataChannel(subject))])
    }

    private static let readScript = RedisScript("metadata.read", RedisTime.prelude + metadataReadLua)
    private static let wishScript = RedisScript("metadata.wish", RedisTime.prelude + metadataWishLua)
    private static let beginScript = RedisScript("metadata.begin", RedisTime.prelude + metadataBeginLua)
    private static let storeScript = RedisScript("metadata.store", RedisTime.prelude + metadataStoreLua)
    private static let abandonScript = RedisScript("metadata.abandon", metadataAbandonLua)
}
