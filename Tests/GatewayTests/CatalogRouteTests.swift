import Contracts
import Foundation
import NIOCore
import NIOHTTP1
import Redis
import Testing

@testable import Gateway

@Suite struct CatalogRouteTests {
    private static let key = "0123456789abcdef0123456789abcdef"

    private static func channel() -> CatalogEntry {
        var entry = CatalogEntry(id: 8, number: 3, name: "TF1 <script>")
        (entry.image, entry.guideID, entry.categories) = (key, "tf1.fr", [2])
        return entry
    }

    private static func films(_ count: Int) -> [CatalogEntry] {
        (1...count).map { number in
            var entry = CatalogEntry(id: Int64(number), number: Int64(number), name: "Film \(number)")
            (entry.categories, entry.containerExtension, entry.year) = (
                [number.isMultiple(of: 2) ? 10 : 11], "mkv", 1999
            )
            (entry.rating, entry.added) = (7.1, 1_700_000_000)
            return entry
        }
    }

    private func run(_ body: @Sendable (GatewayFixture, CatalogHands) async throws -> Void) async throws {
        try await GatewayFixture.run {
            try await body($0, CatalogHands(redis: $0.redis, keys: $0.keys, watch: $0.watch))
        }
    }

    private func items(_ answer: HTTPProbe.Answer) -> [[String: Any]] { answer.json["items"] as? [[String: Any]] ?? [] }

    @Test func aFirstRequestWaitsForTheList() async throws {
        try await run { fixture, hands in
            async let answer = fixture.http.get("/api/catalog/live")
            try await hands.wished(.live)
            try await hands.load(.live, [Self.channel()], categories: [.init(id: 2, name: "Généralistes")])
            let first = try await answer
            #expect(first.status == 200 && first.header("cache-control")?.contains("private") == true)
            #expect(
                first.text
                    == #"{"items":[{"archive":false,"categoryId":2,"epgId":"tf1.fr","id":8,"image":"/api/images/\#(Self.key)","name":"TF1 <script>","number":3,"streamId":"live-8"}],"limit":50,"page":1,"pages":1,"success":true,"total":1}"#
            )
            let categories = try await fixture.http.get("/api/catalog/live/categories")
            #expect(categories.text == #"{"categories":[{"count":1,"id":2,"name":"Généralistes"}],"success":true}"#)
        }
    }

    @Test func searchesFiltersAndPages() async throws {
        try await run { fixture, hands in
            try await hands.load(.vod, Self.films(25))
            let page = try await fixture.http.get("/api/catalog/vod?search=F%C3%8CLM&category=10&limit=5&page=2")
            #expect(items(page).map { $0["id"] as? Int } == [12, 14, 16, 18, 20])
            #expect(page.json["total"] as? Int == 12 && page.json["pages"] as? Int == 3)
            let film = try #require(items(page).first)
            #expect(film["streamId"] as? String == "vod-12" && film["extension"] as? String == "mkv")
            #expect(film["year"] as? Int == 1999 && film["rating"] as? Double == 7.1 && film["image"] is NSNull)
            #expect(film["added"] as? Int == 1_700_000_000)
            #expect(items(try await fixture.http.get("/api/catalog/vod?page=9")).isEmpty)
        }
    }

    @Test func aNewerListComesWithoutAPause() async throws {
        try await run { fixture, hands in
            try await hands.load(.series, [CatalogEntry(id: 55, number: 1, name: "Old")])
            let old = try await fixture.http.get("/api/catalog/series")
            #expect(items(old).first?["name"] as? String == "Old")
            let tag = try #require(old.header("etag"))
            let again = try await fixture.http.get("/api/catalog/series", ["if-none-match": tag])
            #expect(again.status == 304 && again.body.readableBytes == 0)
            // The old one answers until the new one is here.
            try await hands.load(.series, [CatalogEntry(id: 55, number: 1, name: "New")])
            try await fixture.eventually {
                let now = try await fixture.http.get("/api/catalog/series", ["if-none-match": tag])
                #expect(now.status == 304 || now.status == 200)
                return items(now).first?["name"] as? String == "New"
            }
        }
    }

    @Test func saysWhyThereIsNoList() async throws {
        try await run { fixture, hands in
            try await hands.fail(.vod, code: "provider_refused")
            let answer = try await fixture.http.get("/api/catalog/vod")
            #expect(answer.status == 502 && answer.code == "provider_refused")
            #expect(answer.header("retry-after") != nil && answer.header("cache-control") == "no-store")
        }
    }

    @Test(arguments: [
        "page=0", "page=x", "page=99999999999999999999", "limit=0", "limit=501", "limit=-1", "category=x",
        "category=1.5",
        "sort=price",
    ]) func refusesNonsense(query: String) async throws {
        try await run { fixture, _ in
            let answer = try await fixture.http.get("/api/catalog/vod?\(query)")
            #expect(answer.status == 400 && answer.json["success"] as? Bool == false && answer.code != nil)
        }
    }

    @Test func headStartsNothing() async throws {
        try await run { fixture, hands in
            for path in ["/api/catalog/vod", "/api/catalog/vod/categories", "/api/catalog/vod/7", "/api/epg/8"] {
                let head = try await fixture.http.get(path, method: .HEAD)
                #expect(head.status == 200)
            }
            let catalogWishes = try await fixture.redis.send(["EXISTS", .text(fixture.keys.catalogWishes)])
            #expect(catalogWishes.integer == 0)
            let metadataWishes = try await fixture.redis.send(["EXISTS", .text(fixture.keys.metadataWishes)])
            #expect(metadataWishes.integer == 0)
        }
    }

    @Test func longAnswersAreCompressed() async throws {
        try await run { fixture, hands in
            try await hands.load(.vod, Self.films(100), chunk: 7)
            let plain = try await fixture.http.get("/api/catalog/vod?limit=100")
            let packed = try await fixture.http.get("/api/catalog/vod?limit=100", ["accept-encoding": "gzip"])
            #expect(
                packed.header("content-encoding") == "gzip"
                    && packed.header("vary")?.contains("Accept-Encoding") == true)
            #expect(packed.body.readableBytes < plain.body.readableBytes / 4)
            #expect(try Gunzip.text(packed.body) == plain.text)
        }
    }

    @Test func tellsAllOfAFilm() async throws {
        try await run { fixture, hands in
            try await hands.load(.vod, Self.films(9))
            _ = try await fixture.http.get("/api/catalog/vod")
            var film = FilmMetadata(title: "")
            (film.plot, film.durationSeconds, film.backdrop, film.cast) = ("Plot", 5530, Self.key, "A, B")
            try await hands.describe(.film(7), try film.json())
            let item = try #require(try await fixture.http.get("/api/catalog/vod/7").json["item"] as? [String: Any])
            #expect(item["name"] as? String == "Film 7" && item["plot"] as? String == "Plot")
            #expect(item["duration"] as? Int == 5530 && item["backdrop"] as? String == "/api/images/\(Self.key)")
            #expect(
                item["streamId"] as? String == "vod-7" && item["director"] is NSNull && item["year"] as? Int == 1999)
            #expect(item["categoryId"] as? Int == 11 && item["extension"] as? String == "mkv")
            try await hands.deny(.film(404))
            let gone = try await fixture.http.get("/api/catalog/vod/404")
            #expect(gone.status == 404 && gone.code == "film_unavailable")
            #expect(try await fixture.http.get("/api/catalog/vod/x7").status == 400)
        }
    }

    @Test func tellsTheEpisodesOfASeries() async throws {
        try await run { fixture, hands in
            var episode = SeriesMetadata.Episode(id: 901, number: 2, title: "Second")
            (episode.containerExtension, episode.durationSeconds, episode.image) = ("mkv", 1800, Self.key)
            var season = SeriesMetadata.Season(number: 1, episodes: [episode])
            season.name = "Season One"
            try await hands.describe(.series(55), try SeriesMetadata(title: "Series", seasons: [season]).json())
            let item = try #require(try await fixture.http.get("/api/catalog/series/55").json["item"] as? [String: Any])
            let seasons = try #require(item["seasons"] as? [[String: Any]])
            #expect(seasons.first?["season"] as? Int == 1 && seasons.first?["name"] as? String == "Season One")
            let first = try #require((seasons.first?["episodes"] as? [[String: Any]])?.first)
            #expect(
                first["streamId"] as? String == "series-55-1-2" && first["episodeStreamId"] as? String == "episode-901")
            #expect(first["episode"] as? Int == 2 && first["duration"] as? Int == 1800 && first["plot"] is NSNull)
            #expect(first["image"] as? String == "/api/images/\(Self.key)" && first["title"] as? String == "Second")
        }
    }

    @Test func tellsWhatIsOn() async throws {
        try await run { fixture, hands in
            let now = Int64(Date.now.timeIntervalSince1970)
            let programmes = (-1...8).map { place in
                GuideMetadata.Programme(
                    title: "Programme \(place)", description: nil, start: now + Int64(place) * 1800 - 600,
                    end: now + Int64(place) * 1800 + 1200)
            }
            try await hands.describe(.guide(8), try GuideMetadata(programmes: programmes).json())
            let answer = try await fixture.http.get("/api/epg/live-8?limit=3")
            let list = try #require(answer.json["programmes"] as? [[String: Any]])
            #expect(list.map { $0["title"] as? String } == ["Programme 0", "Programme 1", "Programme 2"])
            #expect(list.map { $0["now"] as? Bool } == [true, false, false])
            let start = try #require(list.first?["start"] as? String)
            #expect(try Date(start, strategy: .iso8601).timeIntervalSince1970 == Double(now - 600))
            #expect(answer.json["streamId"] as? String == "live-8")
            for bad in ["/api/epg/vod-8", "/api/epg/live-x", "/api/epg/live-8?limit=0", "/api/epg/live-8?limit=x"] {
                #expect(try await fixture.http.get(bad).status == 400)
            }
        }
    }
}
