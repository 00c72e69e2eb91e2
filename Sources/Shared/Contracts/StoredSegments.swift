import NIOCore
import Redis

/// What gateways and film owners know and ask of storage. What the SegmentStores keep behind it is `StoredIndex`.
///
/// All of it may fail without harm: a segment that is not stored, or cannot be loaded, is made again by the film's owner.
public struct StoredSegments: Sendable {
    private let redis: RedisClient
    private let keys: Keys

    public init(redis: RedisClient, keys: Keys) {
        self.redis = redis
        self.keys = keys
    }

    // MARK: Owners

    /// Says that segments' bytes are on the media Redis and worth storing. Of too many, the oldest are forgotten.
    public func announce(_ notices: [SegmentNotice]) async throws {
        guard !notices.isEmpty else { return }
        let list = RedisArgument.text(keys.segmentNotices)
        let payloads = try notices.map { RedisArgument.text(try $0.json()) }
        let replies = try await redis.pipeline([
            ["LPUSH", list] + payloads, ["LTRIM", list, 0, RedisArgument(Limits.notices - 1)],
        ])
        for case .error(let message) in replies { throw RedisError(.server, message) }
    }

    // MARK: Gateways

    public func isStored(_ segment: StoredSegment) async throws -> Bool {
        try await redis.send(["GETBIT", .text(bitmap(segment.group)), RedisArgument(segment.bit)]).integer == 1
    }

    /// Which segments of a rendition are stored; one read for all of them.
    public func stored(_ group: StoredGroup) async throws -> StoredMap {
        StoredMap(bytes: try await redis.send(["GET", .text(bitmap(group))]).bytes)
    }

    /// Asks the SegmentStores to put segments on the media Redis; repeat about once a second while somebody waits.
    ///
    /// The answer is a hint on `Keys.filmChannel`: the `FilmPiece` when the bytes are there, with `!` behind it when they
    /// cannot be had.
    /// - Parameter patience: how long the wish means something.
    public func wishLoad(_ segments: [StoredSegment], patience: Duration, request: String) async throws {
        guard !segments.isEmpty else { return }
        _ = try await redis.run(
            Self.wishScript, keys: [keys.loadWishes],
            arguments: [
                .integer(patience.milliseconds), .text(request), RedisArgument(Limits.wishes),
            ]
                + segments.flatMap { segment -> [RedisArgument] in
                    [
                        .text(segment.stream.description), .text(segment.group.version),
                        .text(segment.group.rendition), RedisArgument(segment.index),
                    ]
                })
    }

    /// What is stored of a rendition, and stays there because URLs lead straight to its objects.
    public struct Promised: Sendable, Equatable {
        public let map: StoredMap
        /// Bytes of one segment, on average.
        public let meanBytes: Int

        public init(map: StoredMap, meanBytes: Int) {
            self.map = map
            self.meanBytes = meanBytes
        }
    }

    /// Keeps a rendition stored until `moment`, because URLs that lead straight to its objects are about to be handed out.
    /// - Parameter moment: Unix time in ms. An earlier one than was promised before changes nothing.
    /// - Returns: `nil` if nothing of it is stored: hand out no such URLs.
    public func promise(_ group: StoredGroup, until moment: Int64) async throws -> Promised? {
        let key = keys.storedGroup(group.stream, version: group.version, rendition: group.rendition)
        let reply = try await redis.run(
            Self.promiseScript, keys: [key, bitmap(group)], arguments: [.integer(moment)])
        guard let parts = reply.array, parts.count == 2, let bytes = parts[1].integer else { return nil }
        return Promised(map: StoredMap(bytes: parts[0].bytes), meanBytes: Int(bytes))
    }

    private func bitmap(_ group: StoredGroup) -> String {
        keys.filmStored(group.stream, version: group.version, rendition: group.rendition)
    }

    private static let wishScript = RedisScript(
        "load.wish",
        RedisTime.prelude + """
            for i = 4, #ARGV, 4 do
              redis.call('LPUSH', KEYS[1], cjson.encode({v=1, stream=ARGV[i], version=ARGV[i + 1], rendition=ARGV[i + 2],
                index=tonumber(ARGV[i + 3]), deadline=now + tonumber(ARGV[1]), request=ARGV[2]}))
            end
            redis.call('LTRIM', KEYS[1], 0, tonumber(ARGV[3]) - 1)
            return 1
            """)
    private static let promiseScript = RedisScript(
        "store.promise",
        RedisTime.prelude + """
            local h = redis.call('HMGET', KEYS[1], 'promised', 'bytes', 'count', 'pending')
            if not h[2] then return false end
            redis.call('HSET', KEYS[1], 'used', string.format('%.0f', now),
              'promised', string.format('%.0f', math.max(tonumber(h[1] or '') or 0, tonumber(ARGV[1]))))
            local segments = math.max(1, (tonumber(h[3] or '') or 0) + (tonumber(h[4] or '') or 0))
            return {redis.call('GET', KEYS[2]) or '', math.floor(tonumber(h[2]) / segments)}
            """)
}

extension Duration {
    fileprivate var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
