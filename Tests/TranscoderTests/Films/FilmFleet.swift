import Contracts
import Foundation
import Live
import Logging
import NIOCore
import NIOPosix
import Redis
import TestSupport
import Testing
import Upstream

@testable import Transcoder

/// One worker's film side, without the rest of it.
final class FilmFleet: Sendable {
    let film = StreamID("vod-1906") ?? .live(0)
    let keys: Keys
    let redis: RedisClient
    let server: ScriptedHTTPServer
    /// What the provider has, and calls it. May change.
    let served: WatchedValue<Served>
    let bytesSent: WatchedValue<Int>
    let demand: FilmDemand
    let watch: RedisWatch
    private let dependencies: TranscoderDependencies
    private let blocking: RedisBlockingList
    private let owner = WatchedValue<Task<Void, any Error>?>(nil)

    struct Served: Sendable {
        var bytes: [UInt8]
        var tag = "1"
    }

    var file: [UInt8] { served.value.bytes }

    static func run(
        file: [UInt8]? = nil, limit: Int64 = 2, probeLifetime: Duration = .seconds(3600),
        _ body: (FilmFleet) async throws -> Void
    ) async throws {
        let bytes: [UInt8]
        if let file { bytes = file } else { bytes = try await clip() }
        let served = WatchedValue(Served(bytes: bytes))
        let sent = WatchedValue(0)
        try await RedisServer.withServer { redisServer in
            try await ScriptedHTTPServer.with({ Self.part(of: served.value, $0, sent) }) { server in
                var configuration = try RedisConfiguration(url: redisServer.url)
                // Many tests share the machine.
                configuration.commandTimeout = .seconds(30)
                let group = MultiThreadedEventLoopGroup.singleton
                let client = RedisClient(configuration: configuration, group: group, logger: quietLogger())
                let subscriber = RedisSubscriber(configuration: configuration, group: group, logger: quietLogger())
                let blocking = RedisBlockingList(configuration: configuration, group: group, logger: quietLogger())
                try await withRunning([client, subscriber, blocking]) {
                    try await RedisWatch.with(redisServer, client) { watch in
                        let fleet = try FilmFleet(
                            client, subscriber, blocking, watch, server: server, served: served, bytesSent: sent,
                            probeLifetime: probeLifetime)
                        try await fleet.setLimit(limit)
                        try await fleet.resolve()
                        try await fleet.startOwner()
                        do { try await body(fleet) } catch {
                            await fleet.killOwner()
                            throw error
                        }
                        await fleet.killOwner()
                    }
                }
            }
        }
    }

    /// 22 s of H.264 and AAC.
    static func clip(_ container: String = "mkv", _ options: [String] = []) async throws -> [UInt8] {
        let path = FileManager.default.temporaryDirectory.appending(path: "film-owner-\(UUID()).\(container)")
        defer { try? FileManager.default.removeItem(at: path) }
        try await MediaCommand.run(
            "ffmpeg",
            [
                "-loglevel", "error", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=22", "-f", "lavfi", "-i",
                "sine=f=1000:d=22", "-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-b:v", "1M", "-pix_fmt",
                "yuv420p", "-c:a", "aac",
            ] + options + [path.path])
        return try [UInt8](Data(contentsOf: path))
    }

    private init(
        _ redis: RedisClient, _ subscriber: RedisSubscriber, _ blocking: RedisBlockingList, _ watch: RedisWatch,
        server: ScriptedHTTPServer, served: WatchedValue<Served>, bytesSent: WatchedValue<Int>, probeLifetime: Duration
    ) throws {
        let keys = Keys(prefix: "test")
        self.keys = keys
        self.redis = redis
        self.server = server
        self.served = served
        self.bytesSent = bytesSent
        self.blocking = blocking
        self.watch = watch
        demand = FilmDemand(redis: redis, keys: keys)
        let workload = Workload(capacity: 2, channelCost: 0.5)
        let folder = FileManager.default.temporaryDirectory.appending(path: "films-\(UUID())").path()
        dependencies = TranscoderDependencies(
            keys: keys, media: redis, subscriber: subscriber,
            ownership: StreamOwnership(redis: redis, keys: keys, instance: "w"),
            tokens: TokenRequester(redis: redis, subscriber: subscriber, keys: keys),
            upstream: try UpstreamPolicy(allowPrivate: [try #require(NetworkBlock("127.0.0.0/8"))]),
            engine: LiveEngineSettings(), workload: workload, slates: SlateMemory(), gauges: LiveGauges(),
            films: FilmDependencies(
                ownership: FilmOwnership(redis: redis, keys: keys, instance: "w"),
                slots: FilmSlot(redis: redis, keys: keys), stored: StoredSegments(redis: redis, keys: keys),
                cache: try BlockCache(directory: folder, maximumBytes: 64 << 20, logger: quietLogger()),
                engine: LibavFilmEngine(), pool: FilmPool(cores: 2, workload: workload),
                budget: FilmBudget(limit: 64 << 20), probeLifetime: probeLifetime))
    }

    private static func part(
        of served: Served, _ request: ScriptedHTTPServer.Request, _ sent: WatchedValue<Int>
    ) -> [ScriptedHTTPServer.Step] {
        let file = served.bytes
        let ends = (request.headers["range"] ?? "").dropFirst("bytes=".count).split(separator: "-").compactMap {
            Int($0)
        }
        guard ends.count == 2, ends[0] < file.count else { return [.response(416)] }
        let last = min(ends[1], file.count - 1)
        sent.change { $0 += last + 1 - ends[0] }
        return [
            .response(
                206, [("Content-Range", "bytes \(ends[0])-\(last)/\(file.count)"), ("ETag", "\"\(served.tag)\"")],
                body: Array(file[ends[0]...last]))
        ]
    }

    // MARK: The world

    func setLimit(_ limit: Int64) async throws {
        _ = try await redis.send(["HSET", .text(keys.slotLimit), "limit", .integer(limit)])
    }

    /// What a TokenService does.
    private func resolve() async throws {
        let store = TokenStore(redis: redis, keys: keys)
        let wish = TokenWish(id: "1", stream: film, failedSerial: nil, deadline: .max / 4, request: "r")
        #expect(try await store.begin(wish, resolver: "t", patience: 5_000) == .proceed)
        try await store.store(.url(server.url("/film"), timeToLive: 600_000), for: film, resolver: "t")
    }

    func startOwner() async throws {
        let consumer = FilmClaimConsumer(dependencies: dependencies, claims: blocking, logger: quietLogger())
        owner.change { $0 = Task { try await consumer.run() } }
    }

    func killOwner() async {
        owner.value?.cancel()
        _ = try? await owner.value?.value
    }

    func expireLease() async throws {
        _ = try await redis.send(["HSET", .text(keys.stream(film)), "lease_until", 1])
    }

    /// Another worker takes the film over, and what the first one made is gone.
    func changeOwner() async throws {
        await killOwner()
        try await expireLease()
        try await forgetBytes()
        try await startOwner()
    }

    func forgetBytes() async throws {
        let names = try await redis.send(["KEYS", "*:film:*"]).array?.compactMap(\.string) ?? []
        for name in names { _ = try await redis.send(["DEL", .text(name)]) }
    }

    // MARK: A gateway

    /// The first status that `condition` accepts, while somebody wants the film.
    /// - Parameter wishes: pieces that are wished for meanwhile.
    func status(wishes: [FilmPiece] = [], _ condition: (FilmStatus) -> Bool) async throws -> FilmStatus {
        var wantedAt: ContinuousClock.Instant?
        return try await waitFor("a status", [keys.stream(film), keys.film(film)]) {
            // Wanting is written where this looks: once a second, as gateways do.
            if wantedAt.map({ .now - $0 >= .seconds(1) }) ?? true {
                try await demand.want(film, wishes: wishes, request: "r")
                wantedAt = .now
            }
            let status = try await demand.look(at: film)
            return condition(status) ? status : nil
        }
    }

    func info() async throws -> FilmInfo {
        let status = try await status { $0.infoText != nil }
        return try FilmInfo(json: try #require(status.infoText))
    }

    func bytes(_ piece: FilmPiece, wishing: Bool = true) async throws -> [UInt8] {
        let info = try await info()
        let key = keys.filmSegment(film, version: info.version, rendition: piece.rendition, index: piece.index)
        return try await waitFor("\(piece)", [key]) {
            try await demand.want(film, wishes: wishing ? [piece] : [], request: "r")
            return try await redis.send(["GET", .text(key)]).bytes.map { [UInt8](buffer: $0) }
        }
    }

    /// Redis has been told that nothing is made of the film.
    func comesToRest() async throws -> Bool {
        try await waitFor("rest", [keys.stream(film)]) {
            try await redis.send(["HGET", .text(keys.stream(film)), "produced"]).string == "1" ? true : nil
        }
    }

    func slotsBecomeFree() async throws -> Bool {
        try await waitFor("free connections", [keys.slots]) {
            try await redis.send(["HLEN", .text(keys.slots)]).integer == 0 ? true : nil
        }
    }

    /// - Parameter keys: where it is written; `look` writes none of them each time.
    private func waitFor<Value: Sendable>(
        _ what: String, _ keys: [String], _ look: () async throws -> Value?
    ) async throws -> Value {
        try #require(try await watch.first(of: keys, within: .seconds(40), look), "not in time: \(what)")
    }
}
