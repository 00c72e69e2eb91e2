import Redis

/// Resolved sources of streams (the hash `Keys.token`), and the wishes for them.
///
/// Level-triggered: a wish is a wake-up that may get lost or come twice; the hash is the truth; the channel is a hint that it
/// changed (DESIGN §4, flow 1). Holds provider tokens: nothing of it is ever logged.
public struct TokenStore: Sendable {
    private let redis: RedisClient
    private let keys: Keys

    public init(redis: RedisClient, keys: Keys) {
        self.redis = redis
        self.keys = keys
    }

    // MARK: Whoever needs a token

    /// What is stored, with the Redis time at which it was read.
    public struct Reading: Sendable, Equatable {
        /// `nil`: never resolved.
        public let token: ResolvedToken?
        public let now: Int64
    }

    public func read(_ stream: StreamID) async throws -> Reading {
        let reply = try await redis.run(Self.readScript, keys: [keys.token(stream)], arguments: [])
        guard let parts = reply.array, parts.count == 2, let now = parts[1].integer else {
            throw RedisError(.protocolViolation, "unexpected answer to token.read")
        }
        return Reading(token: ResolvedToken(fields: parts[0].dictionary), now: now)
    }

    /// Asks the TokenServices for a token. Overflow of the list drops the oldest wish; wishes are repeated.
    /// - Parameters:
    ///   - failedSerial: a connection failed with this one; `nil`: a cached one will do.
    ///   - patience: milliseconds after which nobody waits any more.
    ///   - container: a film's extension; what is no `FilmExtension` is left out.
    public func wish(
        _ stream: StreamID, failedSerial: Int64?, patience: Int64, request: String, container: String? = nil
    ) async throws {
        _ = try await redis.run(
            Self.wishScript, keys: [keys.tokenWishes],
            arguments: [
                .text(stream.description), .text(failedSerial.map(String.init) ?? ""), .integer(patience),
                .text(request), RedisArgument(Limits.wishes), .text(container.flatMap(FilmExtension.name) ?? ""),
            ])
    }

    /// Makes the stored answer unfit for use, so that the next wish resolves anew.
    /// - Returns: the serial of what was dropped; 0 if there was nothing.
    @discardableResult
    public func drop(_ stream: StreamID) async throws -> Int64 {
        try await redis.run(Self.dropScript, keys: [keys.token(stream)], arguments: []).integer ?? 0
    }

    // MARK: TokenService

    public enum Beginning: Sendable, Equatable {
        /// Resolve it; nobody else will until the time given to `begin` is over.
        case proceed
        /// Another replica is at it.
        case busy
        /// The stored answer serves this wish. Its age in milliseconds.
        case answered(age: Int64)
        /// Nobody waits any more.
        case late
    }

    /// Single flight over all replicas: the right to resolve is a field with an expiry by Redis time, never a TTL.
    /// - Parameter patience: milliseconds after which another replica may try, should this one die.
    public func begin(_ wish: TokenWish, resolver: String, patience: Int64) async throws -> Beginning {
        let reply = try await redis.run(
            Self.beginScript, keys: [keys.token(wish.stream)],
            arguments: [
                .text(wish.failedSerial.map(String.init) ?? ""), .integer(wish.deadline), .text(resolver),
                .integer(patience), .text(keys.tokenChannel(wish.stream)),
            ])
        guard let parts = reply.array, let outcome = parts.first?.string else {
            throw RedisError(.protocolViolation, "unexpected answer to token.begin")
        }
        switch outcome {
        case "proceed": return .proceed
        case "busy": return .busy
        case "answered": return .answered(age: parts.count > 1 ? parts[1].integer ?? 0 : 0)
        default: return .late
        }
    }

    public enum Result: Sendable, Equatable {
        /// `timeToLive`: milliseconds for which the address may be reused.
        case url(String, timeToLive: Int64)
        /// `retryAfter`: milliseconds before it makes sense to try again.
        case failure(StreamReason, retryAfter: Int64)
    }

    /// Stores the answer under the next serial and hints to whoever waits.
    /// - Returns: the serial; `nil` if another replica has taken over since, whose answer will count.
    @discardableResult
    public func store(_ result: Result, for stream: StreamID, resolver: String) async throws -> Int64? {
        let (url, failure, timeToLive, retryAfter): (String, String, Int64, Int64) =
            switch result {
            case .url(let url, let timeToLive): (url, "", timeToLive, 0)
            case .failure(let reason, let retryAfter): ("", try reason.json(), 0, retryAfter)
            }
        let reply = try await redis.run(
            Self.storeScript, keys: [keys.token(stream), keys.known],
            arguments: [
                .text(resolver), .text(url), .text(failure), .integer(timeToLive), .integer(retryAfter),
                .text(stream.description), .text(keys.tokenChannel(stream)),
            ])
        return reply.integer.flatMap { $0 > 0 ? $0 : nil }
    }

    /// Gives the right to resolve back without an answer, so that another replica can go on at once.
    public func abandon(_ stream: StreamID, resolver: String) async throws {
        _ = try await redis.run(
            Self.abandonScript, keys: [keys.token(stream)],
            arguments: [.text(resolver), .text(keys.tokenChannel(stream))])
    }

    private static let readScript = RedisScript("token.read", RedisTime.prelude + tokenReadLua)
    private static let wishScript = RedisScript("token.wish", RedisTime.prelude + tokenWishLua)
    private static let dropScript = RedisScript("token.drop", tokenDropLua)
    private static let beginScript = RedisScript("token.begin", RedisTime.prelude + tokenBeginLua)
    private static let storeScript = RedisScript("token.store", RedisTime.prelude + tokenStoreLua)
    private static let abandonScript = RedisScript("token.abandon", tokenAbandonLua)
}
