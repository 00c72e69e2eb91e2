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

/// A film from a viewer's wish to its bytes: real Redis, a real HTTP server with ranges, the real media engine.
@Suite struct FilmOwnerTests {
    @Test(.timeLimit(.minutes(2))) func aWishBecomesASegmentAndReadingAheadStopsWithTheViewer() async throws {
        try await FilmFleet.run { fleet in
            let first = try piece("360p", 0)
            let info = try await fleet.info()
            #expect(info.grid.segmentCount > 5 && info.videoTracks.contains { $0.name == "360p" })
            let bytes = try await fleet.bytes(first)
            #expect(bytes.count > 1_000 && bytes.count % 188 == 0 && bytes.first == 0x47)
            // Somewhere else at once, and from there on ahead of the viewer.
            let middle = try piece("360p", 4)
            #expect(try await fleet.bytes(middle).count > 1_000)
            try await fleet.demand.want(fleet.film, positions: [middle], request: "r")
            #expect(try await fleet.bytes(piece("360p", 5), wishing: false).count > 1_000)
            // One connection at a time, reserved while it was open; nothing was fetched twice.
            #expect(fleet.server.openConnections <= 1)
            #expect(fleet.bytesSent.value <= Int(info.byteCount) + FilmReader.blockBytes)
            #expect(try await fleet.slotsBecomeFree())
        }
    }

    @Test(.timeLimit(.minutes(2))) func blocksOfTheSourceComeThroughTheSameReader() async throws {
        try await FilmFleet.run { fleet in
            let block = try await fleet.bytes(try piece(FilmPiece.source, 0))
            #expect(block == Array(fleet.file.prefix(FilmPiece.sourceBlock)))
        }
    }

    @Test(.timeLimit(.minutes(2))) func whatIsNoFilmFailsWithAReason() async throws {
        try await FilmFleet.run(file: Array("<html>no film</html>".utf8)) { fleet in
            let status = try await fleet.status { $0.state == .failed }
            #expect(status.reason?.code == "not_media" && status.isRefused, "\(status)")
            #expect(try await fleet.slotsBecomeFree())
        }
    }

    @Test(.timeLimit(.minutes(2))) func withoutAFreeConnectionItWaitsAndSaysSo() async throws {
        try await FilmFleet.run(limit: 0) { fleet in
            let waiting = try await fleet.status { $0.state == .waitingSlot }
            #expect(waiting.reason?.code == "no_free_connection")
            try await fleet.setLimit(1)
            #expect(try await fleet.info().grid.segmentCount > 5)
        }
    }

    @Test(.timeLimit(.minutes(2))) func anotherOwnerGoesOnWhereADeadOneStopped() async throws {
        try await FilmFleet.run { fleet in
            let before = try await fleet.bytes(try piece("360p", 2))
            await fleet.killOwner()
            try await fleet.expireLease()
            try await fleet.forgetBytes()
            try await fleet.startOwner()
            #expect(try await fleet.bytes(try piece("360p", 2)) == before)
        }
    }

    /// Whoever reads that the film is playable as it is may be sent to the provider, who allows one reader of a title.
    @Test(.timeLimit(.minutes(2))) func aPlayableFileHasNoReaderWhenItsDescriptionIsOut() async throws {
        try await FilmFleet.run(file: try await FilmFleet.clip("mp4", ["-movflags", "+faststart"])) { fleet in
            let info = try await fleet.info()
            #expect(info.decision.mode == .direct && fleet.server.acceptedConnections > 0)
            #expect(try await FilmLoan(redis: fleet.redis, keys: fleet.keys).take(fleet.film) == .lent)
            #expect(await fleet.server.waitForOpenConnections(0))
            // Another viewer's wish comes through all the same.
            #expect(try await fleet.bytes(try piece(FilmPiece.source, 0)).count == FilmPiece.sourceBlock)
        }
    }

    private func piece(_ rendition: String, _ index: Int) throws -> FilmPiece {
        try #require(FilmPiece(rendition: rendition, index: index))
    }
}

/// One worker's film side, without the rest of it.
private final class FilmFleet: Sendable {
    let film = StreamID("vod-1906") ?? .live(0)
    let keys: Keys
    let redis: RedisClient
    let server: ScriptedHTTPServer
    let file: [UInt8]
    let bytesSent: WatchedValue<Int>
    let demand: FilmDemand
    private let dependencies: TranscoderDependencies
    private let blocking: RedisBlockingList
    private let owner = WatchedValue<Task<Void, any Error>?>(nil)

    static func run(file: [UInt8]? = nil, limit: Int64 = 2, _ body: (FilmFleet) async throws -> Void) async throws {
        let bytes: [UInt8]
        if let file { bytes = file } else { bytes = try await clip() }
        let sent = WatchedValue(0)
        try await RedisServer.withServer { redisServer in
            try await ScriptedHTTPServer.with({ Self.part(of: bytes, $0, sent) }) { server in
                let configuration = try RedisConfiguration(url: redisServer.url)
                let group = MultiThreadedEventLoopGroup.singleton
                let client = RedisClient(configuration: configuration, group: group, logger: quietLogger())
                let subscriber = RedisSubscriber(configuration: configuration, group: group, logger: quietLogger())
                let blocking = RedisBlockingList(configuration: configuration, group: group, logger: quietLogger())
                try await withRunning([client, subscriber, blocking]) {
                    let fleet = try FilmFleet(
                        client, subscriber, blocking, server: server, file: bytes, bytesSent: sent)
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
        _ redis: RedisClient, _ subscriber: RedisSubscriber, _ blocking: RedisBlockingList,
        server: ScriptedHTTPServer, file: [UInt8], bytesSent: WatchedValue<Int>
    ) throws {
        let keys = Keys(prefix: "test")
        self.keys = keys
        self.redis = redis
        self.server = server
        self.file = file
        self.bytesSent = bytesSent
        self.blocking = blocking
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
                budget: FilmBudget(limit: 64 << 20)))
    }

    private static func part(
        of file: [UInt8], _ request: ScriptedHTTPServer.Request, _ sent: WatchedValue<Int>
    ) -> [ScriptedHTTPServer.Step] {
        let ends = (request.headers["range"] ?? "").dropFirst("bytes=".count).split(separator: "-").compactMap {
            Int($0)
        }
        guard ends.count == 2, ends[0] < file.count else { return [.response(416)] }
        let last = min(ends[1], file.count - 1)
        sent.change { $0 += last + 1 - ends[0] }
        return [
            .response(
                206, [("Content-Range", "bytes \(ends[0])-\(last)/\(file.count)")], body: Array(file[ends[0]...last]))
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

    func forgetBytes() async throws {
        let names = try await redis.send(["KEYS", "*:film:*"]).array?.compactMap(\.string) ?? []
        for name in names { _ = try await redis.send(["DEL", .text(name)]) }
    }

    // MARK: A gateway

    func status(_ condition: (FilmStatus) -> Bool) async throws -> FilmStatus {
        try await waitFor("a status") {
            let status = try await demand.want(film, request: "r")
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
        return try await waitFor("\(piece)") {
            try await demand.want(film, wishes: wishing ? [piece] : [], request: "r")
            return try await redis.send(["GET", .text(key)]).bytes.map { [UInt8](buffer: $0) }
        }
    }

    func slotsBecomeFree() async throws -> Bool {
        try await waitFor("free connections") {
            try await redis.send(["HLEN", .text(keys.slots)]).integer == 0 ? true : nil
        }
    }

    private func waitFor<Value>(_ what: String, _ look: () async throws -> Value?) async throws -> Value {
        let deadline = ContinuousClock.now + .seconds(40)
        while true {
            if let value = try await look() { return value }
            try #require(ContinuousClock.now < deadline, "not in time: \(what)")
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
