import Contracts
import Redis
import Runtime
import Synchronization
import TestSupport
import Testing
import Upstream

@testable import TokenService

@Suite(.serialized) struct TokenFlowTests {
    /// Numbered tokens on another host, which nobody connects to.
    private static func issuing(
        _ counter: Counter, delay: Duration = .zero
    ) -> @Sendable (ScriptedHTTPServer.Request) -> [ScriptedHTTPServer.Step]? {
        { request in
            if request.path == "/player_api.php" { return accountAnswer(active: 0, max: 2) }
            return [.delay(delay), .redirect(to: "http://cdn.example/auth/canary-token-\(counter.next())")]
        }
    }

    private final class Counter: Sendable {
        private let count = Atomic<Int>(0)
        func next() -> Int { count.add(1, ordering: .relaxed).newValue }
        var value: Int { count.load(ordering: .relaxed) }
    }

    private func resolved(_ answer: TokenRequester.Answer) -> ResolvedToken? {
        if case .token(let token, _) = answer { token } else { nil }
    }

    private func refused(_ answer: TokenRequester.Answer) -> StreamReason? {
        if case .failure(let reason, _) = answer { reason } else { nil }
    }

    @Test func resolvesCachesForcesAndDrops() async throws {
        let counter = Counter()
        try await TokenServiceFixture.with(panel: Self.issuing(counter)) { fixture, _ in
            let first = try #require(resolved(try await fixture.token()))
            #expect(first.url == "http://cdn.example/auth/canary-token-1" && first.timeToLive == 300_000)
            #expect(resolved(try await fixture.token()) == first)
            let second = try #require(resolved(try await fixture.token(failed: first.serial)))
            #expect(second.serial > first.serial && second.url != first.url)
            // Whoever failed with an older one is served by the newer one.
            #expect(resolved(try await fixture.token(failed: first.serial)) == second)
            #expect(try await fixture.store.drop(.live(8)) == second.serial)
            #expect(try #require(resolved(try await fixture.token())).serial > second.serial)
            #expect(counter.value == 3)
        }
    }

    @Test func forgetsAnOldToken() async throws {
        let counter = Counter()
        try await TokenServiceFixture.with(settings: ["LIVE_TOKEN_TTL": "0"], panel: Self.issuing(counter)) {
            fixture, _ in
            let store = fixture.store
            try await store.wish(.live(8), failedSerial: nil, patience: 20_000, request: "r")
            let first = try await waitForSerial(after: 0, store)
            try await store.wish(.live(8), failedSerial: nil, patience: 20_000, request: "r")
            let second = try await waitForSerial(after: first, store)
            // Whoever waits for one gets it all the same.
            let token = try #require(resolved(try await fixture.token(failed: second)))
            let next = try #require(resolved(try await fixture.token()))
            #expect(next.serial > token.serial && token.serial > second)
        }
    }

    /// An owner that has one from before need not wait until the new ones have caught up.
    @Test func serialsGoOnWhenRedisHasLostTheLastOne() async throws {
        let counter = Counter()
        try await TokenServiceFixture.with(panel: Self.issuing(counter)) { fixture, _ in
            let before = try #require(resolved(try await fixture.token()))
            _ = try await fixture.redis.send(["DEL", .text(fixture.keys.token(.live(8)))])
            let after = try #require(resolved(try await fixture.token(failed: before.serial)))
            #expect(after.serial > before.serial && counter.value == 2)
        }
    }

    private func waitForSerial(after serial: Int64, _ store: TokenStore) async throws -> Int64 {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            if let next = try await store.read(.live(8)).token?.serial, next > serial { return next }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("no token after \(serial)")
        return serial
    }

    @Test func asksTheProviderOnceForManyOverTwoReplicas() async throws {
        let counter = Counter()
        try await TokenServiceFixture.with(
            services: 2, panel: Self.issuing(counter, delay: .milliseconds(300))
        ) { fixture, _ in
            let urls = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<20 { group.addTask { self.resolved(try await fixture.token())?.url } }
                return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
            }
            #expect(urls == ["http://cdn.example/auth/canary-token-1"])
            #expect(fixture.panel.requestCount(fixture.livePath) == 1)
        }
    }

    @Test func followsHopsThatCarryTheCredentialsOnly() async throws {
        try await TokenServiceFixture.with(panel: { request in
            let parts = request.path.split(separator: "/")
            guard parts.count >= 4, parts[1].hasPrefix("canary-user") else { return nil }
            let next = parts[0] == "live" ? "/hop/\(parts[1])/\(parts[2])/8" : "/auth/token-1"
            return [.redirect(to: next)]
        }) { fixture, _ in
            let token = try #require(resolved(try await fixture.token()))
            #expect(token.url == "http://\(fixture.panel.authority)/auth/token-1")
            // The result itself is not opened: that would be a media connection more.
            #expect(fixture.panel.requestCount("/auth/token-1") == 0)
        }
    }

    @Test func triesTheOtherSpellingAndKeepsToTheOneThatWorks() async throws {
        try await TokenServiceFixture.with(panel: { request in
            request.path.hasPrefix("/canary-user") ? [.redirect(to: "http://cdn.example/auth/x")] : nil
        }) { fixture, _ in
            let token = try #require(resolved(try await fixture.token()))
            _ = try #require(resolved(try await fixture.token(failed: token.serial)))
            #expect(fixture.panel.requestCount(fixture.livePath) == 1)
            #expect(fixture.panel.requestCount("/\(fixture.username)/\(fixture.password)/8") == 2)
        }
    }

    @Test(arguments: [
        ("403", "provider_refused"), ("458", "provider_limit"), ("404", "channel_offline"), ("500", "provider_failed"),
        ("html", "not_media"), ("empty", "channel_offline"), ("media", "provider_exposes_credentials"),
        ("drop", "provider_unreachable"), ("stall", "provider_unreachable"), ("loop", "provider_redirect_loop"),
        ("private", "provider_private_address"),
    ]) func saysWhyThereIsNoToken(kind: String, code: String) async throws {
        try await TokenServiceFixture.with(
            settings: ["PROVIDER_TIMEOUT": "1"],
            panel: { request in
                if request.path == "/player_api.php" { return accountAnswer(active: 0, max: 2) }
                return switch kind {
                case "html": [.response(200, [("Content-Type", "text/html")], body: "<html>no")]
                case "empty": [.response(200)]
                case "media":
                    [
                        .send(
                            "HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\n\r\nG@" + String(repeating: "x", count: 600)
                        ), .stall,
                    ]
                case "drop": [.close]
                case "stall": [.stall]
                case "loop": [.redirect(to: request.path + "/again")]
                case "private": [.redirect(to: "http://127.0.0.9:1" + request.path)]
                default: [.response(Int(kind) ?? 500)]
                }
            }
        ) { fixture, _ in
            let answer = try await fixture.token()
            #expect(refused(answer)?.code == code)
            if kind == "media" { #expect(await fixture.panel.waitForOpenConnections(0)) }
            // Refused for a while: the next one is told at once, and the provider is not asked.
            let asked = fixture.panel.requestCount(fixture.livePath)
            #expect(refused(try await fixture.token())?.code == code)
            #expect(fixture.panel.requestCount(fixture.livePath) == asked)
        }
    }

    @Test func handsOutCredentialsWhenTheOperatorSaysSo() async throws {
        try await TokenServiceFixture.with(
            settings: ["PROVIDER_MEDIA_WITH_CREDENTIALS": "true"],
            panel: { _ in
                [
                    .send("HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\n\r\nG@" + String(repeating: "x", count: 600)),
                    .stall,
                ]
            }
        ) { fixture, _ in
            let token = try #require(resolved(try await fixture.token()))
            #expect(token.url == fixture.panel.url(fixture.livePath))
        }
    }

    @Test func givesUpAtTheDeadlineWhenNoServiceAnswers() async throws {
        try await TokenServiceFixture.with(services: 0, panel: { _ in nil }) { fixture, _ in
            let answer = try await fixture.token(within: .milliseconds(300))
            #expect(answer == .unanswered)
        }
    }

    @Test func takesOverFromAResolverThatDied() async throws {
        let counter = Counter()
        try await TokenServiceFixture.with(services: 0, panel: Self.issuing(counter)) { fixture, _ in
            let store = fixture.store
            let now = try await store.read(.live(8)).now
            let wish = TokenWish(id: "1", stream: .live(8), failedSerial: nil, deadline: now + 60_000, request: "r")
            #expect(try await store.begin(wish, resolver: "dead", patience: 50) == .proceed)
            #expect(try await store.begin(wish, resolver: "other", patience: 5_000) != .late)
            var outcome = TokenStore.Beginning.busy
            while outcome == .busy { outcome = try await store.begin(wish, resolver: "heir", patience: 5_000) }
            #expect(outcome == .proceed || outcome == .busy)
            let late = TokenWish(id: "2", stream: .live(8), failedSerial: nil, deadline: now - 1, request: "r")
            #expect(try await store.begin(late, resolver: "x", patience: 1) == .late)
        }
    }

    @Test func ignoresAnAnswerThatComesAfterAnotherTookOver() async throws {
        try await TokenServiceFixture.with(services: 0, panel: { _ in nil }) { fixture, _ in
            let store = fixture.store
            let wish = TokenWish(id: "1", stream: .live(8), failedSerial: nil, deadline: .max / 2, request: "r")
            #expect(try await store.begin(wish, resolver: "slow", patience: 0) == .proceed)
            var outcome = TokenStore.Beginning.busy
            while outcome == .busy { outcome = try await store.begin(wish, resolver: "heir", patience: 60_000) }
            #expect(outcome == .proceed)
            #expect(try await store.begin(wish, resolver: "third", patience: 60_000) == .busy)
            #expect(try await store.store(.url("http://a/1", timeToLive: 1000), for: .live(8), resolver: "slow") == nil)
            #expect(
                try await store.store(.url("http://a/2", timeToLive: 60_000), for: .live(8), resolver: "heir") != nil)
            guard case .answered = try await store.begin(wish, resolver: "third", patience: 1) else {
                Issue.record("not answered")
                return
            }
            try await store.abandon(.live(8), resolver: "third")
            #expect(try await store.read(.live(8)).token?.url == "http://a/2")
        }
    }

    @Test func keepsEverySecretIn() async throws {
        let counter = Counter()
        let panel = Self.issuing(counter)
        try await TokenServiceFixture.with(panel: { $0.path.hasPrefix("/movie") ? nil : panel($0) }) {
            fixture, hosts in
            let token = try #require(resolved(try await fixture.token()))
            _ = try #require(resolved(try await fixture.token(failed: token.serial)))
            // A film that fails, and a message that is no wish.
            _ = try await fixture.redis.send(["LPUSH", .text(fixture.keys.tokenWishes), "canary-token-in-garbage"])
            _ = try await fixture.requester.token(
                for: #require(StreamID("vod-7")), failedSerial: nil, deadline: .now + .seconds(20), request: "r")
            let host = try #require(hosts.first)
            let port = try await host.admin.port.value
            let client = try UpstreamClient(policy: UpstreamPolicy(allowPrivate: [#require(NetworkBlock("127.0.0.1"))]))
            var said = fixture.logs.value.joined()
            #expect(said.contains("token resolved") && said.contains("test-request"))
            for path in ["/metrics", "/health"] {
                let answer = try await client.request(UpstreamRequest(UpstreamURL("http://127.0.0.1:\(port)\(path)")))
                said += answer.text
            }
            #expect(said.contains("token_requests"))
            for canary in ["canary-token", "cdn.example", fixture.username, fixture.password, fixture.panel.authority] {
                #expect(!said.contains(canary), "\(canary)")
            }
            #expect(!"\(token)".contains("cdn.example") && !String(reflecting: token).contains("cdn.example"))
        }
    }
}
