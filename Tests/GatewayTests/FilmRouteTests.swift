import Contracts
import Foundation
import NIOCore
import NIOHTTP1
import Redis
import Testing

@testable import Gateway

/// `/api/stream/…` over real HTTP, with the owner played by hand.
@Suite struct FilmRouteTests {
    private static let size = 3 * FilmPiece.sourceBlock + 1_000
    private static let source = Data((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
    private static let mp4 = FilmSamples.info(container: .mp4, mode: .direct, byteCount: Int64(size))

    private static func block(_ piece: FilmPiece) -> ByteBuffer {
        guard piece.rendition == FilmPiece.source else { return FilmHands.bytes(piece) }
        let start = piece.index * FilmPiece.sourceBlock
        return ByteBuffer(bytes: source[start..<min(size, start + FilmPiece.sourceBlock)])
    }

    /// Runs `body` beside an owner of `film` that makes whatever is wished for.
    private func withOwner(
        _ info: FilmInfo, _ settings: [String: String] = [:], film: String = "vod-1906",
        _ body: @Sendable @escaping (GatewayFixture) async throws -> Void
    ) async throws {
        let film = try #require(StreamID(film))
        try await GatewayFixture.run(settings) { gateway in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let claimed = try await gateway.films.open(info, film: film)
                    try await gateway.films.work(claimed, film: film, version: info.version, make: Self.block)
                }
                try await body(gateway)
                group.cancelAll()
            }
        }
    }

    @Test func aFilmLeadsToItsPlaylist() async throws {
        try await withOwner(FilmSamples.info()) { gateway in
            let answer = try await gateway.http.get("/api/stream/vod/1906?session=viewer-0001&quality=1080p")
            #expect(answer.status == 302 && answer.header("cache-control") == "no-store")
            #expect(answer.header("location") == "/api/hls/vod-1906/master.m3u8?session=viewer-0001&quality=720p")
            #expect(answer.header("x-quality") == "720p")
            let master = try await gateway.http.get(try #require(answer.header("location")))
            #expect(master.status == 200 && master.text.contains("s/viewer-0001/720p.m3u8"))
        }
    }

    @Test func episodesGoByPlaceAndByNumber() async throws {
        for (path, film) in [("series/55/1/2", "series-55-1-2"), ("episode/901", "episode-901")] {
            try await withOwner(FilmSamples.info(), film: film) { gateway in
                let answer = try await gateway.http.get("/api/stream/\(path)?session=viewer-0001")
                #expect(answer.header("location") == "/api/hls/\(film)/master.m3u8?session=viewer-0001&quality=720p")
                let probe = try await gateway.http.get(
                    "/api/stream/probe/\(path.prefix { $0 != "/" })/\(film.split(separator: "-").dropFirst().joined(separator: "-"))"
                )
                #expect(probe.status == 200 && probe.json["streamId"] as? String == film)
            }
        }
    }

    @Test func saysWhatWasDecidedAndWhy() async throws {
        try await withOwner(FilmSamples.info(), ["PUBLIC_URL": "https://tv.example.com"]) { gateway in
            let answer = try await gateway.http.get("/api/stream/vod/1906?format=json&session=viewer-0001")
            #expect(answer.status == 200)
            #expect(answer.json["delivery"] as? String == "hls" && answer.json["decision"] as? String == "remux")
            #expect((answer.json["reason"] as? String)?.contains("Matroska") == true)
            #expect(
                answer.json["url"] as? String
                    == "https://tv.example.com/api/hls/vod-1906/master.m3u8?session=viewer-0001&quality=720p")
            let urls = try #require(answer.json["urls"] as? [String: Any])
            #expect(
                urls["mp4"] as? String
                    == "https://tv.example.com/api/stream/vod/1906?format=mp4&session=viewer-0001&quality=720p")
            #expect(urls["direct"] == nil)
            let qualities = try #require(answer.json["qualities"] as? [[String: Any]])
            #expect(qualities.compactMap { $0["name"] as? String } == ["original", "720p", "480p", "360p"])
            #expect(answer.json["duration"] as? Double == 60)

            let probe = try await gateway.http.get("/api/stream/info/vod/1906")
            let video = try #require(probe.json["video"] as? [String: Any])
            #expect(video["codec"] as? String == "h264" && video["framesPerSecond"] as? Double == 50)
            #expect(probe.json["container"] as? String == "matroska")
        }
    }

    @Test func aPlayableFileIsProxiedByRange() async throws {
        try await withOwner(Self.mp4, ["DIRECT_PLAY": "proxy"]) { gateway in
            let path = "/api/stream/vod/1906"
            let whole = try await gateway.http.get(path)
            #expect(whole.status == 200 && whole.header("accept-ranges") == "bytes")
            #expect(whole.header("content-length") == String(Self.size) && whole.header("content-type") == "video/mp4")
            #expect(Data(whole.body.readableBytesView) == Self.source)
            let etag = try #require(whole.header("etag"))

            // Across a boundary of blocks, up to the end, and the last bytes.
            let seam = FilmPiece.sourceBlock - 10
            for (range, from, until) in [
                ("bytes=\(seam)-\(seam + 99)", seam, seam + 100), ("bytes=0-0", 0, 1),
                ("bytes=\(Self.size - 5)-", Self.size - 5, Self.size), ("bytes=-7", Self.size - 7, Self.size),
                ("bytes=\(Self.size - 5)-99999999", Self.size - 5, Self.size),
            ] {
                let part = try await gateway.http.get(path, ["Range": range, "If-Range": etag])
                #expect(part.status == 206, "\(range)")
                #expect(part.header("content-range") == "bytes \(from)-\(until - 1)/\(Self.size)")
                #expect(Data(part.body.readableBytesView) == Self.source[from..<until], "\(range)")
            }
            let behind = try await gateway.http.get(path, ["Range": "bytes=\(Self.size)-"])
            #expect(behind.status == 416 && behind.header("content-range") == "bytes */\(Self.size)")
            #expect(behind.code == "range_not_satisfiable")
            let stale = try await gateway.http.get(path, ["Range": "bytes=0-9", "If-Range": "\"other\""])
            #expect(stale.status == 200 && stale.body.readableBytes == Self.size)
            #expect(try await gateway.http.get(path, ["If-None-Match": etag]).status == 304)
            let head = try await gateway.http.get(path, ["Range": "bytes=0-9"], method: .HEAD)
            #expect(head.status == 206 && head.header("content-length") == "10" && head.body.readableBytes == 0)

            let json = try await gateway.http.get(path + "?format=json&session=viewer-0001")
            #expect(json.json["delivery"] as? String == "direct")
            #expect((json.json["url"] as? String)?.hasSuffix("?quality=original&session=viewer-0001") == true)
            // Another quality, or HLS in so many words, is another way.
            #expect(try await gateway.http.get(path + "?quality=360p").status == 302)
            #expect(try await gateway.http.get(path + "?format=hls").status == 302)
        }
    }

    @Test func oneQualityIsOneFile() async throws {
        try await withOwner(FilmSamples.info(original: nil)) { gateway in
            let count = FilmSamples.info().grid.segmentCount
            let path = "/api/stream/vod/1906?format=mp4&quality=480p"
            let whole = try await gateway.http.get(path)
            #expect(whole.status == 200 && whole.header("content-type") == "video/mp4")
            #expect(whole.header("x-quality") == "480p" && whole.header("accept-ranges") == "none")
            func bytes(_ indices: some Sequence<Int>) -> ByteBuffer {
                indices.reduce(into: ByteBuffer()) {
                    $0.writeImmutableBuffer(FilmHands.bytes(FilmPiece(rendition: "480p.mp4", index: $1)!))
                }
            }
            #expect(whole.body == bytes(-1..<count))
            let later = try await gateway.http.get(path + "&start=30.5")
            let first = FilmSamples.info().grid.segment(atSeconds: 30.5)
            #expect(first > 3 && later.body == bytes([-1] + Array(first..<count)))
            #expect(try await gateway.http.get(path + "&start=61").code == "bad_start")
            let head = try await gateway.http.get(path, method: .HEAD)
            #expect(head.status == 200 && head.header("content-length") == nil && head.body.readableBytes == 0)
        }
    }

    @Test func aPlainVideoElementGetsAFileUnlessItPlaysHLS() async throws {
        try await withOwner(FilmSamples.info()) { gateway in
            let element = [
                "Sec-Fetch-Dest": "video", "User-Agent": "Mozilla/5.0 (X11; Linux) Gecko/20100101 Firefox/128.0",
            ]
            let file = try await gateway.http.get("/api/stream/vod/1906", element)
            #expect(file.header("content-type") == "video/mp4")
            let phone = [
                "Sec-Fetch-Dest": "video",
                "User-Agent": "Mozilla/5.0 (iPhone) AppleWebKit/605 Version/17.0 Safari/604.1",
            ]
            let playlist = try await gateway.http.get("/api/stream/vod/1906", phone)
            #expect(playlist.status == 302)
        }
    }

    @Test func headStartsNothing() async throws {
        try await GatewayFixture.run { gateway in
            for path in ["/api/stream/vod/1906", "/api/stream/vod/1906?format=json", "/api/stream/probe/vod/1906"] {
                let head = try await gateway.http.get(path, method: .HEAD)
                #expect(head.status == 200)
            }
            let wanted = try await gateway.redis.send(["EXISTS", .text(gateway.keys.wanted)])
            #expect(wanted.integer == 0)
        }
    }

    @Test(arguments: [
        ("/api/stream/vod/x", 400), ("/api/stream/vod/1906?quality=4k", 400), ("/api/stream/vod/1906?format=avi", 400),
        ("/api/stream/vod/1906?extension=../x", 400), ("/api/stream/vod/1906?start=-1", 400),
        ("/api/stream/vod/1906?start=1e9", 400), ("/api/stream/vod/1906?start=nan", 400),
        ("/api/stream/vod/1906?session=x", 400), ("/api/stream/series/55/1/x", 400), ("/api/stream/series/55/1", 404),
        ("/api/stream/episode/9999999999999999999", 400), ("/api/stream/probe/live/8", 400),
        ("/api/stream/probe/film/8", 400), ("/api/stream/info/series/55-1", 400),
        ("/api/stream/probe/vod/1906?extension=x", 400),
    ])
    func refusesNonsense(path: String, status: Int) async throws {
        try await GatewayFixture.run { gateway in
            let answer = try await gateway.http.get(path)
            #expect(answer.status == status && answer.code != nil, "\(answer.status) \(answer.code ?? "")")
            #expect(try await gateway.redis.send(["EXISTS", .text(gateway.keys.wanted)]).integer == 0)
        }
    }

    /// The provider's answer, played by hand: the TokenService's store.
    private func resolve(_ gateway: GatewayFixture, _ url: String) async throws {
        try await TokenStore(redis: gateway.redis, keys: gateway.keys).store(
            .url(url, timeToLive: 60_000), for: FilmSamples.film, resolver: "test")
    }

    @Test func aPlayableFileLeadsToTheProviderOnce() async throws {
        try await withOwner(Self.mp4) { gateway in
            try await resolve(gateway, "https://cdn.example.com/vauth/abc.mp4")
            let path = "/api/stream/vod/1906?session=viewer-0001"
            let answer = try await gateway.http.get(path)
            #expect(answer.status == 302 && answer.header("location") == "https://cdn.example.com/vauth/abc.mp4")
            #expect(answer.header("cache-control") == "no-store" && answer.header("referrer-policy") == "no-referrer")
            // It holds a connection for a while; a second reader would kill the first.
            let slots = try await gateway.redis.send(["HGETALL", .text(gateway.keys.slots)]).dictionary
            #expect(slots.count == 1 && slots.keys.allSatisfy { $0.hasPrefix("vod-1906|") })
            let second = try await gateway.http.get(path)
            #expect(second.status == 302 && second.header("x-direct-play") == "is_read")
            #expect(
                second.header("location") == "/api/hls/vod-1906/master.m3u8?session=viewer-0001&quality=original")
            let head = try await gateway.http.get(path, method: .HEAD)
            #expect(head.status == 200 && head.header("location") == nil)
        }
    }

    @Test func nobodyIsSentWhereNoConnectionIsFree() async throws {
        try await withOwner(Self.mp4) { gateway in
            try await resolve(gateway, "https://cdn.example.com/vauth/abc.mp4")
            _ = try await gateway.redis.send(["HSET", .text(gateway.keys.slotLimit), "limit", "0"])
            let answer = try await gateway.http.get("/api/stream/vod/1906?session=viewer-0001")
            #expect(answer.status == 302 && answer.header("x-direct-play") == "no_slot")
            #expect(answer.header("location")?.hasPrefix("/api/hls/") == true)
        }
    }

    @Test(arguments: [
        "http://cdn.example.com/vauth/abc.mp4", "https://u:p@cdn.example.com/a.mp4",
        "https://panel.example.com/movie/user/word/1906.mp4", "https://cdn.example.com/a.mp4?username=a&password=b",
    ])
    func noCredentialAndNoOpenTokenGoesToAViewer(address: String) async throws {
        #expect(!ProviderRedirect.isSafe(address))
        try await withOwner(Self.mp4) { gateway in
            try await resolve(gateway, address)
            let answer = try await gateway.http.get("/api/stream/vod/1906?session=viewer-0001")
            #expect(answer.header("x-direct-play") == "unsafe_address")
            #expect(answer.header("location")?.hasPrefix("/api/hls/") == true)
            #expect(try await gateway.redis.send(["HLEN", .text(gateway.keys.slots)]).integer == 0)
        }
    }
}

@Suite struct ByteRangeTests {
    @Test(arguments: [
        ("bytes=0-9", ByteRange.part(0...9)), ("bytes=90-", .part(90...99)), ("bytes=90-200", .part(90...99)),
        ("bytes=-10", .part(90...99)), ("bytes=-200", .part(0...99)), ("bytes=100-", .unsatisfiable),
        ("bytes=-0", .unsatisfiable), ("bytes=9-0", .whole), ("bytes=0-1,5-6", .whole), ("bytes=a-b", .whole),
        ("bytes=-", .whole), ("bytes=", .whole), ("chunks=0-9", .whole), ("bytes 0-9", .whole),
        ("bytes=0-99999999999999999999", .whole), ("BYTES=0-9", .part(0...9)), ("bytes=--9", .whole),
    ])
    func readsRanges(header: String, range: ByteRange) {
        #expect(ByteRange(header, ifRange: nil, etag: "\"v\"", size: 100) == range)
    }

    @Test func aPartIsOnlyOfTheSameFile() {
        #expect(ByteRange("bytes=0-9", ifRange: "\"v\"", etag: "\"v\"", size: 100) == .part(0...9))
        #expect(ByteRange("bytes=0-9", ifRange: "W/\"v\"", etag: "\"v\"", size: 100) == .whole)
        #expect(ByteRange("bytes=0-9", ifRange: "Tue, 24 Nov 2026 00:00:00 GMT", etag: "\"v\"", size: 100) == .whole)
        #expect(ByteRange("bytes=0-9", ifRange: nil, etag: "\"v\"", size: 0) == .unsatisfiable)
    }
}

@Suite struct PlayChoiceTests {
    private func choice(
        _ info: FilmInfo, format: PlayChoice.Format? = nil, quality: Quality? = nil, start: Double = 0,
        prefersFile: Bool = false, maximum: Quality = .p1080
    ) throws -> PlayChoice {
        try PlayChoice(
            FilmOffer(info: info, maximum: maximum), format: format, quality: quality, start: start,
            prefersFile: prefersFile, preferred: .p720)
    }

    private let direct = FilmSamples.info(container: .mp4, mode: .direct)

    @Test func givesThePlayableFileItself() throws {
        for format in [nil, .mp4, .json] as [PlayChoice.Format?] {
            #expect(try choice(direct, format: format).way == .direct)
            #expect(try choice(direct, format: format, quality: .original).way == .direct)
        }
    }

    @Test func givesOtherwiseWhatWasAskedFor() throws {
        #expect(try choice(direct, format: .hls).way == .hls)
        #expect(try choice(direct, quality: .p480).rendition == "480p")
        #expect(try choice(direct, format: .mp4, quality: .p480).way == .mp4)
        #expect(try choice(direct, format: .mp4, start: 10).way == .mp4)
        #expect(try choice(direct, maximum: .p480).way == .hls)
        #expect(try choice(FilmSamples.info(), format: .mp4, quality: .original).rendition == "720p")
        #expect(try choice(FilmSamples.info(), quality: .original).rendition == "original")
        #expect(try choice(FilmSamples.info(), prefersFile: true).way == .mp4)
        #expect(try choice(FilmSamples.info(), format: .hls, prefersFile: true).way == .hls)
        #expect(throws: APIError.self) { try choice(FilmSamples.info(original: nil), quality: .original) }
    }

    @Test func knowsWhoPlaysHLS() {
        let safari = "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15"
        let android = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"
        let chrome = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"
        let firefox = "Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0"
        #expect(PlayChoice.playsHLS(userAgent: safari) && PlayChoice.playsHLS(userAgent: android))
        #expect(!PlayChoice.playsHLS(userAgent: chrome) && !PlayChoice.playsHLS(userAgent: firefox))
        #expect(!PlayChoice.playsHLS(userAgent: ""))
    }
}
