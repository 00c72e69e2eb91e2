import Contracts
import TestSupport
import Testing
import Upstream

@testable import TokenService

@Suite(.serialized) struct FilmFlowTests {
    private typealias Steps = [ScriptedHTTPServer.Step]

    private static func answer(_ body: String) -> Steps {
        [.response(200, [("Content-Type", "application/json")], body: body)]
    }

    /// A panel with one film and one episode, which know their names and nothing else.
    private static func panel(
        film: String = #"{"info":[],"movie_data":[]}"#, files: [String]
    ) -> @Sendable (ScriptedHTTPServer.Request) -> [ScriptedHTTPServer.Step]? {
        { request in
            if request.target.contains("get_vod_info") { return answer(film) }
            if request.target.contains("get_series_info") {
                return answer(
                    #"{"episodes":{"1":[{"id":"901","episode_num":2,"season":1,"container_extension":"avi"}]}}"#)
            }
            if request.path == "/player_api.php" { return accountAnswer(active: 0, max: 2) }
            guard let file = request.path.split(separator: "/").last, files.contains(String(file)) else { return nil }
            return [.redirect(to: "http://cdn.example/vauth/canary-token/\(file)")]
        }
    }

    private func ask(
        _ fixture: TokenServiceFixture, _ stream: String, container: String? = nil, failed: Int64? = nil
    ) async throws -> TokenRequester.Answer {
        try await fixture.requester.token(
            for: #require(StreamID(stream)), container: container, failedSerial: failed, deadline: .now + .seconds(20),
            request: "test-request")
    }

    private func resolved(_ answer: TokenRequester.Answer) -> ResolvedToken? {
        if case .token(let token, _) = answer { token } else { nil }
    }

    private func reason(_ answer: TokenRequester.Answer) -> StreamReason? {
        if case .failure(let reason, _) = answer { reason } else { nil }
    }

    /// Media files that were asked for, by name.
    private func asked(_ fixture: TokenServiceFixture) -> [String] {
        fixture.panel.requests.map(\.path).filter { $0.contains("/movie/") || $0.contains("/series/") }
            .map { String($0.split(separator: "/").last ?? "") }
    }

    private func lookups(_ fixture: TokenServiceFixture) -> Int {
        fixture.panel.requests.count { $0.target.contains("_info&") }
    }

    @Test func theWishesExtensionNeedsNoLookup() async throws {
        try await TokenServiceFixture.with(panel: Self.panel(files: ["7.flv"])) { fixture, _ in
            let token = try #require(resolved(try await ask(fixture, "vod-7", container: "FLV")))
            #expect(token.url == "http://cdn.example/vauth/canary-token/7.flv")
            #expect(asked(fixture) == ["7.flv"] && lookups(fixture) == 0)
        }
    }

    @Test func aWrongExtensionIsSeenThroughAndTheRightOneRemembered() async throws {
        let film = #"{"movie_data":{"container_extension":"avi"}}"#
        try await TokenServiceFixture.with(panel: Self.panel(film: film, files: ["7.avi"])) { fixture, _ in
            let token = try #require(resolved(try await ask(fixture, "vod-7", container: "mp4")))
            #expect(token.url?.hasSuffix("/7.avi") == true)
            let next = try #require(
                resolved(try await ask(fixture, "vod-7", container: "mp4", failed: token.serial)))
            #expect(next.serial > token.serial)
            #expect(asked(fixture) == ["7.mp4", "7.avi", "7.avi"] && lookups(fixture) == 1)
        }
    }

    @Test func aFilmThatNobodyKnowsIsTriedInOrder() async throws {
        try await TokenServiceFixture.with(panel: Self.panel(files: ["7.ts"])) { fixture, _ in
            let token = try #require(resolved(try await ask(fixture, "vod-7")))
            #expect(token.url?.hasSuffix("/7.ts") == true)
            #expect(asked(fixture) == ["7.mkv", "7.mp4", "7.avi", "7.ts"])
        }
    }

    @Test func anEpisodeByPlaceIsLookedUp() async throws {
        try await TokenServiceFixture.with(panel: Self.panel(files: ["901.avi"])) { fixture, _ in
            let token = try #require(resolved(try await ask(fixture, "series-55-1-2", container: "mkv")))
            #expect(token.url?.hasSuffix("/901.avi") == true && asked(fixture) == ["901.avi"])
            let none = try #require(reason(try await ask(fixture, "series-55-1-9")))
            #expect(none.code == "film_unavailable" && none.message.contains("episode"))
            #expect(asked(fixture) == ["901.avi"])
        }
    }

    @Test func aMissingFilmIsToldAsSuchAndNotAskedForAgain() async throws {
        try await TokenServiceFixture.with(panel: Self.panel(files: [])) { fixture, _ in
            let answer = try #require(reason(try await ask(fixture, "vod-7")))
            #expect(answer.code == "film_unavailable" && !answer.message.contains("channel"))
            #expect(asked(fixture).count == 5)
            let again = reason(try await ask(fixture, "vod-7", container: "mp4"))
            #expect(again == answer)
            #expect(asked(fixture).count == 5)
        }
    }

    @Test func aRefusalEndsTheSearch() async throws {
        try await TokenServiceFixture.with(
            panel: { request in
                request.path == "/player_api.php"
                    ? accountAnswer(active: 0, max: 2) : [.response(request.path.contains("/movie/") ? 458 : 404)]
            }
        ) { fixture, _ in
            let answer = reason(try await ask(fixture, "vod-7"))
            #expect(answer?.code == "provider_limit")
            #expect(asked(fixture) == ["7.mkv"])
        }
    }
}
