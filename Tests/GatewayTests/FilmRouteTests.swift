import Contracts
import Foundation
import NIOCore
import NIOHTTP1
import Redis
import Testing

@testable import Gateway

/// `/api/stream/…` over real HTTP, with the owner played by hand.
@Suite struct FilmRouteTests {
    @Test func aFilmLeadsToItsPlaylist() async throws {
        try await GatewayFixture.withOwner(FilmSamples.info()) { gateway in
            let answer = try await gateway.http.get("/api/stream/vod/1906?session=viewer-0001&quality=1080p")
            #expect(answer.status == 302 && answer.header("cache-control") == "no-store")
            #expect(answer.header("location") == "/api/hls/vod-1906/master.m3u8?session=viewer-0001&quality=720p")
            #expect(answer.header("x-quality") == "720p")
            let master = try await gateway.http.get(try #require(answer.header("location")))
            #expect(master.status == 200 && master.text.contains("s/viewer-0001/720p.m3u8"))
        }
    }

    @Test func anEpisodeByItsPlaceIsTheEpisodeByItsNumber() async throws {
        try await GatewayFixture.run { gateway in
            try await gateway.describeSeries()
            try await gateway.besideOwner(FilmSamples.info(), film: "episode-901") { gateway in
                for path in ["series/55/1/2", "episode/901"] {
                    let answer = try await gateway.http.get("/api/stream/\(path)?session=viewer-0001")
                    #expect(
                        answer.header("location") == "/api/hls/episode-901/master.m3u8?session=viewer-0001&quality=720p"
                    )
                }
                for path in ["series/55-1-2", "episode/901"] {
                    let probe = try await gateway.http.get("/api/stream/probe/\(path)")
                    #expect(probe.status == 200 && probe.json["streamId"] as? String == "episode-901")
                }
                for rest in ["master.m3u8?session=viewer-0001&quality=360p", "s/viewer-0001/360p.m3u8", "360p.m3u8"] {
                    for method in [HTTPMethod.GET, .HEAD] {
                        let old = try await gateway.http.get("/api/hls/series-55-1-2/\(rest)", method: method)
                        #expect(old.status == 302 && old.header("location") == "/api/hls/episode-901/\(rest)")
                    }
                    #expect(try await gateway.http.get("/api/hls/episode-901/\(rest)").status == 200)
                }
                // What the catalog says of the file is known to whoever opens it.
                let film = try #require(StreamID("episode-901"))
                let hint = try await gateway.redis.send(["HGET", .text(gateway.keys.film(film)), "container"])
                #expect(hint.string == "mp4")
                // Nobody was asked for anything under the other name.
                let place = try #require(StreamID("series-55-1-2"))
                #expect(
                    try await gateway.redis.send(["ZSCORE", .text(gateway.keys.known), .text("\(place)")]).string == nil
                )
            }
        }
    }

    @Test func anEpisodeThatNobodyKnowsIsNotThere() async throws {
        try await GatewayFixture.run(["FILM_START_TIMEOUT": "1"]) { gateway in
            try await gateway.describeSeries()
            for path in [
                "/api/stream/series/55/1/3", "/api/hls/series-55-2-1/master.m3u8", "/api/stream/info/series/55-1-3",
            ] {
                let answer = try await gateway.http.get(path)
                #expect(answer.status == 404 && answer.code == "film_unavailable", "\(path)")
            }
            // No TokenService: nobody can ask the provider about this series.
            for path in ["/api/stream/series/56/1/1", "/api/hls/series-56-1-1/720p.m3u8"] {
                let answer = try await gateway.http.get(path)
                #expect(answer.status == 504 && answer.code == "catalog_timeout" && answer.header("retry-after") != nil)
                #expect(try await gateway.http.get(path, method: .HEAD).status == 200)
            }
        }
    }

    @Test func saysWhatWasDecidedAndWhy() async throws {
        try await GatewayFixture.withOwner(FilmSamples.info(), ["PUBLIC_URL": "https://tv.example.com"]) { gateway in
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
            #expect(qualities.compactMap { $0["name"] as? String } == ["original", "720p", "480p", "360p", "audio"])
            let sound = try #require(qualities.last)
            #expect(sound["height"] as? Int == 0 && sound["megabytesPerHour"] as? Int == 59)
            #expect((sound["url"] as? String)?.hasSuffix("/s/viewer-0001/audio.m3u8") == true)
            #expect(answer.json["duration"] as? Double == 60)

            let probe = try await gateway.http.get("/api/stream/probe/vod/1906")
            let video = try #require(probe.json["video"] as? [String: Any])
            #expect(video["codec"] as? String == "h264" && video["framesPerSecond"] as? Double == 50)
            #expect(probe.json["container"] as? String == "matroska")
        }
    }

    @Test func aPlainVideoElementGetsAFileUnlessItPlaysHLS() async throws {
        try await GatewayFixture.withOwner(FilmSamples.info()) { gateway in
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
}
