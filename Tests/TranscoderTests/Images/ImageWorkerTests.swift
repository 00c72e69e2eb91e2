import Contracts
import Foundation
import Logging
import Media
import NIOCore
import NIOPosix
import Redis
import TestSupport
import Testing
import Upstream

@testable import Transcoder

/// Wishes for pictures, from the list to the bytes: a real Redis, a real HTTP server, a real worker.
@Suite struct ImageWorkerTests {
    private struct World {
        let redis: RedisClient
        let keys: Keys
        let store: ImageStore
        let watch: RedisWatch
        let server: ScriptedHTTPServer

        func name(_ digit: Character, width: Int = 160, format: ImageName.Format = .jpeg) throws -> ImageName {
            try #require(ImageName(key: String(repeating: digit, count: 32), width: width, format: format))
        }

        func know(_ image: ImageName, at path: String) async throws {
            let address = path.hasPrefix("/") ? "http://\(server.authority)\(path)" : path
            _ = try await redis.send(["HSET", .text(keys.images), .text(image.key), .text(address)])
        }

        /// What there is of the picture in the end, within 40 s.
        func result(of image: ImageName) async throws -> ImageStore.Reading {
            try await watch.first(of: [keys.image(image)], within: .seconds(40)) {
                let reading = try await store.read(image)
                return reading == .unknown ? nil : reading
            } ?? .unknown
        }

        func make(_ image: ImageName) async throws -> ImageStore.Reading {
            try await store.wish(image, patience: 40_000, request: "test")
            return try await result(of: image)
        }
    }

    private func run(
        allowed: [String] = ["127.0.0.1/32"], workers: Int = 1,
        _ answer: @escaping @Sendable (ScriptedHTTPServer.Request) -> [ScriptedHTTPServer.Step],
        _ body: (World) async throws -> Void
    ) async throws {
        try await RedisServer.withServer { server in
            try await ScriptedHTTPServer.with(answer) { provider in
                try await withRedis(on: server) { redis in
                    let keys = Keys(prefix: "test")
                    let store = ImageStore(redis: redis, media: redis, keys: keys)
                    let blocking = RedisBlockingList(
                        configuration: try RedisConfiguration(url: server.url),
                        group: MultiThreadedEventLoopGroup.singleton, logger: quietLogger())
                    let policy = try UpstreamPolicy(allowPrivate: allowed.compactMap { NetworkBlock($0) })
                    let consumers = try (0..<workers).map { number in
                        ImageWorker(
                            store: store, wishes: blocking, keys: keys, instance: "worker-\(number)",
                            maker: ImageMaker(client: try UpstreamClient(policy: policy), thread: try ImageThread()),
                            logger: quietLogger())
                    }
                    try await withRunning([blocking] + consumers) {
                        try await RedisWatch.with(server, redis) { watch in
                            try await body(
                                World(redis: redis, keys: keys, store: store, watch: watch, server: provider))
                        }
                    }
                }
            }
        }
    }

    @Test func aWishBecomesASmallPictureOnceForAll() async throws {
        let poster = try await StillPictureTests.file("poster.png")
        let requests = WatchedValue(0)
        try await run(workers: 2) { _ in
            requests.change { $0 += 1 }
            return [.delay(.milliseconds(300)), .response(200, [("Content-Type", "text/html")], body: poster)]
        } _: { world in
            let image = try world.name("a")
            try await world.know(image, at: "/poster")
            for _ in 0..<5 { try await world.store.wish(image, patience: 40_000, request: "test") }
            guard case .bytes(let bytes) = try await world.result(of: image) else {
                Issue.record("no picture")
                return
            }
            let made = try StillPicture(Array(bytes.readableBytesView))
            #expect(made.width == 160 && made.height == 240 && bytes.readableBytes < poster.count + 20_000)
            guard case .bytes(let other) = try await world.make(try world.name("a", width: 320, format: .webp)) else {
                Issue.record("no picture")
                return
            }
            #expect(try StillPicture(Array(other.readableBytesView)).width == 320)
            #expect(requests.value == 2)
            let ttl = try await world.redis.send(["PTTL", .text(world.keys.image(image))]).integer ?? 0
            #expect(ttl > 6 * 86_400_000)
        }
    }

    @Test func whatIsNoPictureIsNotTriedAgain() async throws {
        try await run { request in
            switch request.path {
            case "/page": [.response(200, [("Content-Type", "image/jpeg")], body: "<html>not a picture</html>")]
            case "/broken": [.response(500)]
            case "/large": [.response(200, [], body: [UInt8](repeating: 0, count: 13 << 20))]
            default: [.response(404)]
            }
        } _: { world in
            for (digit, path, code) in [
                ("a", "/page", "no_such_decoder"), ("b", "/gone", "status_4xx"), ("c", "/broken", "status_5xx"),
                ("d", "/large", "too_large"),
            ] as [(Character, String, String)] {
                let image = try world.name(digit)
                try await world.know(image, at: path)
                #expect(try await world.make(image) == .failure(code), "\(path)")
            }
            #expect(try await world.make(try world.name("e")) == .failure("unknown"))
            let count = world.server.requests.count
            #expect(try await world.make(try world.name("a")) == .failure("no_such_decoder"))
            #expect(world.server.requests.count == count)
        }
    }

    @Test func privateAddressesAreNotContacted() async throws {
        try await run(allowed: []) { _ in
            [.response(200)]
        } _: { world in
            let image = try world.name("a")
            try await world.know(image, at: "/poster")
            #expect(try await world.make(image) == .failure("refused_address"))
            #expect(world.server.acceptedConnections == 0)
        }
    }

    @Test func lateWishesAndNonsenseAreDropped() async throws {
        try await run { _ in
            [.response(404)]
        } _: { world in
            let (late, last) = (try world.name("a"), try world.name("b"))
            for text in ["nonsense", #"{"v":1,"image":"x","deadline":1,"request":""}"#] {
                _ = try await world.redis.send(["LPUSH", .text(world.keys.imageWishes), .text(text)])
            }
            let wish = try ImageWish(image: late, deadline: 1, request: "test").json()
            _ = try await world.redis.send(["LPUSH", .text(world.keys.imageWishes), .text(wish)])
            #expect(try await world.make(last) == .failure("unknown"))
            #expect(try await world.store.read(late) == .unknown)
        }
    }

    @Test func theListOfWishesIsBounded() async throws {
        try await run(workers: 0) { _ in
            []
        } _: { world in
            for number in 0..<520 {
                let digits = String(number, radix: 16)
                let key = String(repeating: "0", count: 32 - digits.count) + digits
                let image = try #require(ImageName(key: key, width: 160, format: .webp))
                try await world.store.wish(image, patience: 1000, request: "test")
            }
            #expect(try await world.store.waiting() == Limits.imageWishes)
        }
    }
}
