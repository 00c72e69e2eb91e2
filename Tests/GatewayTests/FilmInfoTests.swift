import Contracts
import Foundation
import Redis
import Testing

@testable import Gateway

/// `/api/stream/info`: what the catalog says beside what is in the file, and what is said when one of them cannot be had.
@Suite struct FilmInfoTests {
    private func film() -> FilmMetadata {
        var film = FilmMetadata(title: "A film")
        (film.plot, film.year, film.rating, film.durationSeconds) = ("Little happens.", 1999, 7.5, 5_400)
        film.poster = "0123abcd"
        return film
    }

    private func fail(_ gateway: GatewayFixture, _ code: String, isGone: Bool = false) async throws {
        let reason = StreamReason(code: code, message: "A sentence.")
        try await MetadataStore(redis: gateway.redis, keys: gateway.keys).store(
            .failure(reason, isGone: isGone), for: .film(1906), by: "test", timeToLive: 60_000)
    }

    @Test func theCatalogAndTheFileSpeakTogether() async throws {
        try await GatewayFixture.withOwner(FilmSamples.info()) { gateway in
            try await gateway.describe(.film(1906), film())
            let answer = try await gateway.http.get("/api/stream/info/vod/1906")
            #expect(answer.status == 200 && answer.json["streamId"] as? String == "vod-1906")
            let metadata = try #require(answer.json["metadata"] as? [String: Any])
            #expect(metadata["title"] as? String == "A film" && metadata["year"] as? Int == 1999)
            #expect(metadata["duration"] as? Int == 5_400 && metadata["poster"] as? String == "0123abcd")
            #expect(answer.json["container"] as? String == "matroska" && answer.json["duration"] as? Double == 60)
            let decision = try #require(answer.json["decision"] as? [String: Any])
            #expect(decision["mode"] as? String == "remux")
            #expect(answer.json["metadataProblem"] == nil && answer.json["fileProblem"] == nil)
        }
    }

    @Test func anEpisodeSaysWhichItIs() async throws {
        try await GatewayFixture.withOwner(FilmSamples.info(), film: "episode-901") { gateway in
            try await gateway.describeSeries()
            let answer = try await gateway.http.get("/api/stream/info/series/55-1-2")
            let metadata = try #require(answer.json["metadata"] as? [String: Any], "\(answer.text)")
            let episode = try #require(metadata["episode"] as? [String: Any])
            #expect(metadata["title"] as? String == "A series" && episode["title"] as? String == "The second")
            #expect(episode["season"] as? Int == 1 && episode["number"] as? Int == 2)
            #expect(answer.json["streamId"] as? String == "episode-901" && answer.json["video"] != nil)
            // By its number alone nobody can ask the provider about it.
            let bare = try await gateway.http.get("/api/stream/info/episode/901")
            #expect(bare.status == 200 && bare.json["metadata"] is NSNull && bare.json["video"] != nil)
            let problem = try #require(bare.json["metadataProblem"] as? [String: Any])
            #expect(problem["code"] as? String == "no_catalog_entry")
        }
    }

    @Test func oneOfTheTwoIsEnough() async throws {
        try await GatewayFixture.run(["FILM_START_TIMEOUT": "1"]) { gateway in
            // No transcoder has looked into it.
            try await gateway.describe(.film(1906), film())
            let catalog = try await gateway.http.get("/api/stream/info/vod/1906")
            #expect(catalog.status == 200 && catalog.json["metadata"] is [String: Any] && catalog.json["video"] == nil)
            let problem = try #require(catalog.json["fileProblem"] as? [String: Any])
            #expect(problem["code"] is String && problem["error"] is String)
        }
        try await GatewayFixture.withOwner(FilmSamples.info()) { gateway in
            try await fail(gateway, "provider_unreachable")
            let file = try await gateway.http.get("/api/stream/info/vod/1906")
            #expect(file.status == 200 && file.json["metadata"] is NSNull && file.json["video"] != nil)
            let problem = try #require(file.json["metadataProblem"] as? [String: Any])
            #expect(problem["code"] as? String == "provider_unreachable")
        }
    }

    @Test func withoutBothTheErrorIsClean() async throws {
        try await GatewayFixture.run(["FILM_START_TIMEOUT": "1"]) { gateway in
            let away = try await gateway.http.get("/api/stream/info/vod/1906")
            #expect([503, 504].contains(away.status) && away.code != nil && away.header("retry-after") != nil)
            try await fail(gateway, "film_unavailable", isGone: true)
            let unknown = try await gateway.http.get("/api/stream/info/vod/1906")
            #expect(unknown.status == 404 && unknown.code == "film_unavailable")
        }
    }
}
