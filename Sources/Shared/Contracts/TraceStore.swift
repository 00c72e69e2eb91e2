import Redis

/// The last steps of requests that started something, in the coordination Redis. They tell people; nothing depends on them.
///
/// One list for all requests: whoever asks for what does not exist, however often, only pushes older steps out.
public struct TraceStore: Sendable {
    /// Steps kept, of all requests together; the oldest go. Those of our services have about 400 bytes.
    public static let most = 10_000
    /// How long they are kept after the last one, ms.
    public static let lifetime: Int64 = 3_600_000

    private let redis: RedisClient
    private let keys: Keys

    public init(redis: RedisClient, keys: Keys) {
        self.redis = redis
        self.keys = keys
    }

    /// Adds steps, in one round trip. Throws what Redis says, and then some may be there.
    public func append(_ spans: [TraceSpan]) async throws {
        guard !spans.isEmpty else { return }
        let list = RedisArgument.text(keys.traces)
        let replies = try await redis.pipeline([
            ["RPUSH", list] + spans.map { .text(try $0.json()) },
            ["LTRIM", list, .integer(Int64(-Self.most)), "-1"],
            ["PEXPIRE", list, .integer(Self.lifetime)],
        ])
        for case .error(let message) in replies { throw RedisError(.server, message) }
    }

    /// What is known of a request, oldest first. Reads all there is: for people, not for services. What a newer version wrote
    /// and this one cannot read is left out.
    public func spans(of request: String) async throws -> [TraceSpan] {
        let reply = try await redis.send(["LRANGE", .text(keys.traces), "0", "-1"])
        return (reply.array ?? []).compactMap { entry in
            entry.string.flatMap { try? TraceSpan(json: $0) }.flatMap { $0.request == request ? $0 : nil }
        }
    }
}
