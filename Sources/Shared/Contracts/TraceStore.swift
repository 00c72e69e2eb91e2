import Redis

/// The steps of requests that started something lately, in the coordination Redis. They tell people; nothing depends on them.
public struct TraceStore: Sendable {
    /// How long a request's steps are kept after the last one, ms.
    public static let lifetime: Int64 = 3_600_000
    /// Steps kept of one request; the oldest go.
    public static let most = 200

    private let redis: RedisClient
    private let keys: Keys

    public init(redis: RedisClient, keys: Keys) {
        self.redis = redis
        self.keys = keys
    }

    /// Adds steps to their requests, in one round trip. Throws what Redis says, and then some may be there.
    public func append(_ spans: [(request: String, span: TraceSpan)]) async throws {
        var texts: [String: [String]] = [:]
        for (request, span) in spans { texts[request, default: []].append(try span.json()) }
        let commands: [RedisCommand] = texts.flatMap { request, texts -> [RedisCommand] in
            let key = keys.trace(request)
            return [
                ["RPUSH", .text(key)] + texts.map { .text($0) },
                ["LTRIM", .text(key), .integer(Int64(-Self.most)), "-1"],
                ["PEXPIRE", .text(key), .integer(Self.lifetime)],
            ]
        }
        for reply in try await redis.pipeline(commands) {
            if case .error(let message) = reply { throw RedisError(.server, message) }
        }
    }

    /// What is known of a request, in no order. What a newer version wrote and this one cannot read is left out.
    public func spans(of request: String) async throws -> [TraceSpan] {
        let reply = try await redis.send(["LRANGE", .text(keys.trace(request)), "0", "-1"])
        return (reply.array ?? []).compactMap { $0.string.flatMap { try? TraceSpan(json: $0) } }
    }
}
