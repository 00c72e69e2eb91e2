import NIOCore
import Redis

/// Pictures that were made (media Redis, under a TTL), and the wishes for them (coordination).
///
/// As with metadata: the list is a wake-up, the bytes are the truth, the channel a hint. What cannot be made is remembered for a
/// while too, so that a page full of dead addresses does not keep the transcoders busy.
public struct ImageStore: Sendable {
    /// How long a picture stays, unless others push it out.
    public static let timeToLive = Duration.seconds(7 * 86_400)
    /// How long a worker may take before another one may try the same, and how long a wish is worth anything.
    static let patience: Int64 = 20_000

    private let redis: RedisClient
    private let media: RedisClient
    private let keys: Keys

    public init(redis: RedisClient, media: RedisClient, keys: Keys) {
        self.redis = redis
        self.media = media
        self.keys = keys
    }

    public enum Reading: Sendable, Equatable {
        case bytes(ByteBuffer)
        /// It cannot be had for now; a code for people who operate this.
        case failure(String)
        case unknown
    }

    public func read(_ image: ImageName) async throws -> Reading {
        guard let bytes = try await media.send(["GET", .text(keys.image(image))]).bytes else { return .unknown }
        // No picture begins with an exclamation mark.
        guard bytes.readableBytesView.first == UInt8(ascii: "!") else { return .bytes(bytes) }
        return .failure(String(decoding: bytes.readableBytesView.dropFirst(), as: UTF8.self))
    }

    // MARK: Gateways

    /// - Parameter patience: milliseconds after which nobody waits any more.
    public func wish(_ image: ImageName, patience: Int64, request: String) async throws {
        _ = try await redis.run(
            Self.wishScript, keys: [keys.imageWishes],
            arguments: [
                .text(image.description), .integer(patience), .text(request), RedisArgument(Limits.imageWishes),
            ])
    }

    // MARK: Transcoders

    public enum Beginning: Sendable, Equatable {
        case late, busy, made
        case proceed
    }

    /// Single flight over all workers.
    public func begin(_ wish: ImageWish, by instance: String) async throws -> Beginning {
        let time = try await redis.send(["TIME"]).array?.first?.integer ?? 0
        if wish.deadline < time * 1000 { return .late }
        let replies = try await media.pipeline([
            ["EXISTS", .text(keys.image(wish.image))],
            ["SET", .text(keys.imageMaking(wish.image)), .text(instance), "NX", "PX", .integer(Self.patience)],
        ])
        if try replies[0].orThrow().integer == 1 {
            try await finish(wish.image)
            return .made
        }
        return try replies[1].orThrow().isNull ? .busy : .proceed
    }

    /// Where the picture is at the provider; `nil`: forgotten, or never known.
    public func address(of image: ImageName) async throws -> String? {
        try await redis.send(["HGET", .text(keys.images), .text(image.key)]).string
    }

    /// Wishes that wait in the list.
    public func waiting() async throws -> Int {
        Int(try await redis.send(["LLEN", .text(keys.imageWishes)]).integer ?? 0)
    }

    public func store(_ bytes: ByteBuffer, as image: ImageName) async throws {
        try await set(.bytes(bytes), image, Self.timeToLive)
    }

    /// - Parameter forget: how long nobody tries again.
    public func fail(_ image: ImageName, code: String, forget: Duration) async throws {
        try await set(.text("!" + code), image, forget)
    }

    private func set(_ value: RedisArgument, _ image: ImageName, _ timeToLive: Duration) async throws {
        _ = try await media.send(["SET", .text(keys.image(image)), value, "PX", .integer(timeToLive.wholeMilliseconds)])
        try await finish(image)
    }

    private func finish(_ image: ImageName) async throws {
        _ = try await media.send(["DEL", .text(keys.imageMaking(image))])
        _ = try await redis.send(["PUBLISH", .text(keys.imageChannel(image)), "image"])
    }

    private static let wishScript = RedisScript("image.wish", RedisTime.prelude + imageWishLua)
}

private let imageWishLua = """
    local wish = {v=1, image=ARGV[1], deadline=now+tonumber(ARGV[2]), request=ARGV[3]}
    redis.call('LPUSH', KEYS[1], cjson.encode(wish))
    redis.call('LTRIM', KEYS[1], 0, tonumber(ARGV[4]) - 1)
    return 1
    """
