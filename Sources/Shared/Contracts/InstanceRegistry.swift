import Redis

/// Who runs now: every service's heartbeat (the hash `Keys.instances`), stamped with Redis time.
///
/// A value is `<Redis ms> <InstanceStatus JSON>`: the stamp stands outside the JSON so that scripts need not decode it.
public struct InstanceRegistry: Sendable {
    private let redis: RedisClient
    private let keys: Keys

    public init(redis: RedisClient, keys: Keys) {
        self.redis = redis
        self.keys = keys
    }

    /// One instance as last heard of.
    public struct Entry: Sendable, Equatable {
        public let status: InstanceStatus
        /// Milliseconds since its last heartbeat.
        public let age: Int64
        /// Whether it counts as running.
        public var isAlive: Bool { age <= InstanceStatus.lifetime }
    }

    /// Writes a heartbeat. Call once a second.
    public func beat(_ status: InstanceStatus) async throws {
        _ = try await redis.run(
            Self.beatScript, keys: [keys.instances], arguments: [.text(status.instance), .text(try status.json())])
    }

    /// An orderly stop: the instance is gone at once, not after its lifetime.
    public func remove(_ instance: String, timeout: Duration? = nil) async throws {
        _ = try await redis.send(["HDEL", .text(keys.instances), .text(instance)], timeout: timeout)
    }

    /// Every instance with a fresh heartbeat, of one service or of all, in order of their names.
    public func alive(service: String? = nil) async throws -> [InstanceStatus] {
        try await entries().filter { $0.isAlive && (service == nil || $0.status.service == service) }.map(\.status)
    }

    /// Everything that is recorded, dead instances included. Records that this version cannot read are left out.
    public func entries() async throws -> [Entry] {
        let reply = try await redis.run(Self.listScript, keys: [keys.instances], arguments: [])
        guard let parts = reply.array, parts.count == 2, let now = parts[0].integer else {
            throw RedisError(.protocolViolation, "unexpected answer to instances")
        }
        return parts[1].dictionary.values.compactMap { Self.entry($0.string ?? "", now: now) }
            .sorted { $0.status.instance < $1.status.instance }
    }

    private static func entry(_ value: String, now: Int64) -> Entry? {
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let stamp = Int64(parts[0]), let status = try? InstanceStatus(json: String(parts[1]))
        else {
            return nil
        }
        return Entry(status: status, age: max(0, now - stamp))
    }

    private static let beatScript = RedisScript(
        "instance.beat",
        RedisTime.prelude + """
            redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', now) .. ' ' .. ARGV[2])
            return now
            """)

    private static let listScript = RedisScript(
        "instance.list", RedisTime.prelude + "return {string.format('%.0f', now), redis.call('HGETALL', KEYS[1])}")
}
