import Redis

/// A list whose elements must not be lost: a consumer moves each into a list of its own, and takes it out when it is done
/// (DESIGN §4: only what must not be lost needs this). Whoever dies in between leaves it there, and `recover` gives it back.
public struct ProcessingList: Sendable {
    private let redis: RedisClient
    private let instances: String
    /// Where elements come from.
    public let source: String
    private let processors: String
    private let processing: @Sendable (String) -> String

    /// - Parameters:
    ///   - processors: set of the consumers that have, or had, a list of their own.
    ///   - processing: the list of one consumer, by its instance name.
    init(
        redis: RedisClient, instances: String, source: String, processors: String,
        processing: @escaping @Sendable (String) -> String
    ) {
        self.redis = redis
        self.instances = instances
        self.source = source
        self.processors = processors
        self.processing = processing
    }

    /// The list into which `instance` moves an element while it works on it.
    public func own(_ instance: String) -> String { processing(instance) }

    /// Announces that `instance` is about to take elements, so that its list is found should it die.
    public func register(_ instance: String) async throws {
        _ = try await redis.send(["SADD", .text(processors), .text(instance)])
    }

    /// What lies in an instance's own list, oldest first.
    public func pending(_ instance: String) async throws -> [String] {
        let reply = try await redis.send(["LRANGE", .text(processing(instance)), 0, -1])
        return (reply.array ?? []).compactMap(\.string).reversed()
    }

    /// Moves up to `count` more elements into the instance's own list without waiting for any.
    public func takeMore(_ count: Int, by instance: String) async throws -> [String] {
        let replies = try await redis.pipeline(
            Array(
                repeating: ["LMOVE", .text(source), .text(processing(instance)), "RIGHT", "LEFT"],
                count: max(0, count)))
        return replies.compactMap(\.string)
    }

    /// Takes one element out of the instance's own list: it is done, or nobody can read it.
    public func finish(_ payload: String, by instance: String) async throws {
        _ = try await redis.send(["LREM", .text(processing(instance)), 1, .text(payload)])
    }

    /// Gives the elements of dead instances back to the living, at most 1000 of each.
    /// - Returns: how many were given back.
    public func recover(except own: String) async throws -> Int {
        let names = try await redis.send(["SMEMBERS", .text(processors)])
        var count: Int64 = 0
        for instance in (names.array ?? []).compactMap(\.string) where instance != own {
            let reply = try await redis.run(
                Self.recoverScript, keys: [processing(instance), source, instances, processors],
                arguments: [.text(instance), .integer(InstanceStatus.lifetime * 3)])
            count += reply.integer ?? 0
        }
        return Int(count)
    }

    private static let recoverScript = RedisScript("processing.recover", RedisTime.prelude + processingRecoverLua)
}

/// Only of an instance whose heartbeat is old or gone. They go to the old end of the list: they are next.
private let processingRecoverLua = """
    local beat = redis.call('HGET', KEYS[3], ARGV[1])
    local stamp = beat and tonumber(string.match(beat, '^%d+')) or 0
    if now - stamp <= tonumber(ARGV[2]) then return 0 end
    local moved = 0
    while moved < 1000 and redis.call('LMOVE', KEYS[1], KEYS[2], 'LEFT', 'RIGHT') do moved = moved + 1 end
    if redis.call('LLEN', KEYS[1]) == 0 then redis.call('SREM', KEYS[4], ARGV[1]) end
    return moved
    """
