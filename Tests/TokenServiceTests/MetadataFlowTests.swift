import Contracts
import Redis
import Synchronization
import TestSupport
import Testing

@testable import TokenService

@Suite(.serialized) struct MetadataFlowTests {
    private static let film =
        #"{"info":{"plot":"Plot"},"movie_data":{"name":"A film","container_extension":"avi"}}"#
    private static let series =
        #"{"info":{"name":"A series"},"episodes":{"1":[{"id":"901","episode_num":2,"container_extension":"mkv"}]}}"#

    /// Answers catalog questions; film 8 is unknown; while `isDown`, every question fails.
    private static func panel(
        delay: Duration = .zero, isDown: Flag = Flag()
    ) -> @Sendable (ScriptedHTTPServer.Request) -> [ScriptedHTTPServer.Step]? {
        { request in
            let isAbout = request.target.contains("_info&")
            guard isAbout else { return accountAnswer(active: 0, max: 2) }
            if isDown.value.load(ordering: .relaxed) { return [.response(500)] }
            let body =
                request.target.contains("vod_id=8")
                ? #"{"info":[],"movie_data":[]}"#
                : request.target.contains("vod_id") ? film : series
            return [.delay(delay), .response(200, [("Content-Type", "application/json")], body: body)]
        }
    }

    private final class Flag: Sendable { let value = Atomic(false) }

    private func requester(_ fixture: TokenServiceFixture) -> MetadataRequester {
        MetadataRequester(redis: fixture.redis, subscriber: fixture.subscriber, keys: fixture.keys)
    }

    private func ask(
        _ fixture: TokenServiceFixture, _ number: Int64 = 7, within patience: Duration = .seconds(20)
    ) async throws -> MetadataRequester.Answer<FilmMetadata> {
        try await requester(fixture).film(number, deadline: .now + patience, request: "test-request")
    }

    private func questions(_ fixture: TokenServiceFixture) -> Int {
        fixture.panel.requests.count { $0.target.contains("_info&") }
    }

    @Test func asksOnceForManyOverTwoReplicasAndRemembers() async throws {
        try await TokenServiceFixture.with(services: 2, panel: Self.panel(delay: .milliseconds(300))) { fixture, _ in
            let answers = try await withThrowingTaskGroup(of: MetadataRequester.Answer<FilmMetadata>.self) { group in
                for _ in 0..<10 { group.addTask { try await ask(fixture) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            var film = FilmMetadata(title: "A film")
            (film.plot, film.containerExtension) = ("Plot", "avi")
            #expect(answers.count == 10 && answers.allSatisfy { $0 == .value(film) })
            #expect(try await ask(fixture) == .value(film))
            #expect(questions(fixture) == 1)
        }
    }

    @Test func anUnknownFilmIsRememberedForAWhile() async throws {
        try await TokenServiceFixture.with(panel: Self.panel()) { fixture, _ in
            for _ in 0..<2 {
                guard case .failure(let reason, let retryAfter) = try await ask(fixture, 8) else {
                    Issue.record("no failure")
                    return
                }
                #expect(reason.code == "film_unavailable" && (1...60_000).contains(retryAfter))
            }
            #expect(questions(fixture) == 1)
        }
    }

    @Test func anOldAnswerServesWhileTheProviderIsAway() async throws {
        let isDown = Flag()
        try await TokenServiceFixture.with(panel: Self.panel(isDown: isDown)) { fixture, _ in
            let known = try await ask(fixture)
            let key = fixture.keys.metadata(.film(7))
            _ = try await fixture.redis.send(["HSET", .text(key), "expires_at", "0"])
            isDown.value.store(true, ordering: .relaxed)
            #expect(try await ask(fixture) == known)
            #expect(questions(fixture) == 2)
            guard case .failure(let reason, _) = try await ask(fixture, 9) else {
                Issue.record("no failure")
                return
            }
            #expect(reason.code == "provider_failed")
        }
    }

    @Test func anEpisodeHasOneName() async throws {
        try await TokenServiceFixture.with(panel: Self.panel()) { fixture, _ in
            func title(_ text: String) async throws -> MetadataRequester.Answer<MetadataRequester.Title> {
                try await requester(fixture).title(
                    of: #require(StreamID(text)), deadline: .now + .seconds(20), request: "test-request")
            }
            let episode = MetadataRequester.Title(stream: .episode(901), containerExtension: "mkv")
            #expect(try await title("series-55-1-2") == .value(episode))
            #expect(
                try await title("vod-7") == .value(MetadataRequester.Title(stream: .vod(7), containerExtension: nil)))
            guard case .failure(let reason, _) = try await title("series-55-1-3") else {
                Issue.record("no failure")
                return
            }
            #expect(reason.code == "film_unavailable")
            #expect(questions(fixture) == 1)
        }
    }

    @Test func aTokenLearnsTheExtensionFromWhatIsKnown() async throws {
        try await TokenServiceFixture.with(panel: { request in
            request.path.contains("/movie/")
                ? request.path.hasSuffix("/7.avi") ? [.redirect(to: "http://cdn.example/x")] : nil
                : Self.panel()(request)
        }) { fixture, _ in
            _ = try await ask(fixture)
            let token = try await fixture.requester.token(
                for: .vod(7), failedSerial: nil, deadline: .now + .seconds(20), request: "test-request")
            guard case .token = token else {
                Issue.record("\(token)")
                return
            }
            #expect(questions(fixture) == 1)
        }
    }

    @Test func givesUpAtTheDeadlineWhenNoServiceAnswers() async throws {
        try await TokenServiceFixture.with(services: 0, panel: { _ in nil }) { fixture, _ in
            let answer = try await ask(fixture, within: .milliseconds(300))
            #expect(answer == .unanswered)
        }
    }

    @Test func onlyTheLastOnesAreKept() async throws {
        try await TokenServiceFixture.with(services: 0, panel: { _ in nil }) { fixture, _ in
            let store = MetadataStore(redis: fixture.redis, keys: fixture.keys)
            let value = MetadataStore.Result.value("{}", images: ["key": "http://panel.example/x.jpg"])
            try await store.store(value, for: .film(1), by: "a", timeToLive: 5_000)
            #expect(try await store.image("key") == "http://panel.example/x.jpg")
            // As if so many others had been stored since.
            _ = try await fixture.redis.send([
                "EVAL", "for i = 1, 9999 do redis.call('ZADD', KEYS[1], i, 'vod-' .. i + 100) end", "1",
                .text(fixture.keys.metadataKnown),
            ])
            _ = try await fixture.redis.send(["ZADD", .text(fixture.keys.metadataKnown), "0", "vod-1"])
            try await store.store(value, for: .film(2), by: "a", timeToLive: 60_000)
            let (first, second) = (try await store.read(.film(1)), try await store.read(.film(2)))
            #expect(first.text == nil && second.isFresh)
            #expect(try await fixture.redis.send(["ZCARD", .text(fixture.keys.metadataKnown)]).integer == 10_000)
        }
    }
}
