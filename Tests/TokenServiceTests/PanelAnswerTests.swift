import Contracts
import Testing
import Upstream

@testable import TokenService

@Suite struct PanelAnswerTests {
    private let unknown = PanelAnswer.Account(isFull: false, status: "")

    private func answer(
        _ status: Int, _ headers: [(String, String)] = [], _ body: String = "", full: Bool = false,
        account: String = "active"
    ) throws -> PanelAnswer {
        let head = UpstreamHead(
            status: status, headers: headers.map { UpstreamHeader($0.0, $0.1) }, redirects: 0,
            url: try UpstreamURL("http://panel.example"))
        return PanelAnswer(
            head, body: Array(body.utf8), account: PanelAnswer.Account(isFull: full, status: account))
    }

    private func code(_ answer: PanelAnswer) -> String? {
        if case .failure(let failure) = answer { failure.reason.code } else { nil }
    }

    @Test func readsRedirectsAndMedia() throws {
        #expect(try answer(302, [("Location", "/x")]) == .redirect("/x"))
        #expect(try answer(307, [("location", "http://a/b")]) == .redirect("http://a/b"))
        #expect(try code(answer(302)) == "provider_failed")
        #expect(try answer(200, [("Content-Type", "video/mp2t")], "G@\u{0}") == .media)
        #expect(try answer(200, [("Content-Type", "text/html")], "G@\u{0}") == .media)
        #expect(try answer(200, [("Content-Type", "application/vnd.apple.mpegurl")], "#EXTM3U\n") == .media)
        #expect(try answer(200, [], "\u{1}\u{2}") == .media)
    }

    @Test(arguments: [
        (200, "", "channel_offline"), (200, "<html>", "not_media"), (200, " \n{\"error\":1}", "not_media"),
        (401, "", "provider_refused"), (403, "", "provider_refused"), (404, "", "channel_offline"),
        (410, "", "channel_offline"), (429, "", "provider_limit"), (458, "", "provider_limit"),
        (509, "", "provider_limit"),
        (500, "", "provider_failed"), (503, "", "provider_failed"), (400, "", "provider_refused"),
        (451, "", "provider_refused"),
    ]) func namesEachRefusal(status: Int, body: String, expected: String) throws {
        #expect(try code(answer(status, [], body)) == expected)
    }

    @Test(arguments: [401, 403, 500, 502]) func takesAnAmbiguousRefusalForTheLimitWhenTheAccountIsFull(status: Int)
        throws
    {
        #expect(try code(answer(status, full: true)) == "provider_limit")
    }

    @Test func saysWhatIsWrongWithTheAccount() throws {
        #expect(try code(answer(403, account: "account_expired")) == "account_expired")
        #expect(try code(answer(401, account: "account_disabled")) == "account_disabled")
    }

    @Test func honoursRetryAfterWithinReason() throws {
        func retry(_ value: String) throws -> Duration? {
            if case .failure(let failure) = try answer(503, [("Retry-After", value)]) {
                failure.retryAfter
            } else {
                nil
            }
        }
        #expect(try retry("20") == .seconds(20))
        #expect(try retry("0") == .seconds(1))
        #expect(try retry("86400") == .seconds(600))
    }

    @Test func namesBrokenExchanges() {
        func code(_ error: UpstreamError.Code) -> String { ResolutionFailure(UpstreamError(error, "x")).reason.code }
        for error in [UpstreamError.Code.dns, .connect, .timeout, .closed, .tls, .protocolViolation] {
            #expect(code(error) == "provider_unreachable")
        }
        #expect(code(.refusedAddress) == "provider_private_address")
    }
}

@Suite struct RedirectDecisionTests {
    private func panel(_ password: String = "s3cret-word") throws -> Panel {
        Panel(base: try UpstreamURL("http://panel.example:8080"), username: "user", password: password)
    }

    private func decision(_ location: String, hops: Int = 0, password: String = "s3cret-word") throws
        -> RedirectDecision
    {
        let panel = try panel(password)
        return RedirectDecision(
            location: location, from: try panel.live(#require(.init("live-8")), path: 0), panel: panel, hops: hops)
    }

    @Test(arguments: [
        "http://cdn.example/auth/abc", "/auth/abc?token=1", "//cdn.example/x", "https://cdn.example/user/8",
    ])
    func handsOverTheFirstAddressWithoutThePassword(location: String) throws {
        guard case .handOver(let url) = try decision(location) else {
            Issue.record("not handed over")
            return
        }
        #expect(!url.secretText.contains("s3cret"))
    }

    @Test(arguments: [
        "http://lb.example/live/user/s3cret-word/8.ts", "/hop/user/s3cret-word/8",
        "http://a.example/x?u=user&p=s3cret-word",
        "http://user:pw@cdn.example/8", "http://a.example/s3cret%2Dword/8",
        "http://a.example/x?k=prefix-s3cret-word-suffix",
    ]) func asksAgainWhileThePasswordIsInIt(location: String) throws {
        guard case .follow = try decision(location) else {
            Issue.record("not followed")
            return
        }
        #expect(try decision(location, hops: RedirectDecision.maximumHops) == .fail(.loop))
    }

    /// Panels redirect without encoding it.
    @Test(arguments: ["p@ss:w0rd", "a&b=c;d", "a@b", "50%25off!"])
    func knowsAPasswordWithSeparatorsInIt(password: String) throws {
        for location in ["http://lb.example/vod/user/\(password)/8.ts", "http://lb.example/x/\(password)/8"] {
            guard case .follow = try decision(location, password: password) else {
                Issue.record("not followed: \(location)")
                return
            }
        }
    }

    @Test func doesNotTakeAShortPasswordForAPartOfAWord() throws {
        guard case .handOver = try decision("http://cdn.example/demonstration/8", password: "demo") else {
            Issue.record("not handed over")
            return
        }
        guard case .follow = try decision("http://cdn.example/x/demo/8", password: "demo") else {
            Issue.record("not followed")
            return
        }
    }

    @Test(arguments: ["ftp://a/b", "file:///etc/passwd", "http://", "javascript:alert(1)"])
    func refusesWhatIsNoWebAddress(location: String) throws { #expect(try decision(location) == .fail(.badRedirect)) }

    @Test func endsALoopToItself() throws {
        #expect(try decision("/live/user/s3cret-word/8.ts") == .fail(.loop))
    }

    @Test func keepsThePasswordUnlessAllowed() throws {
        let panel = try panel()
        let own = try panel.live(#require(.init("live-8")), path: 1)
        #expect(
            RedirectDecision(mediaAt: own, panel: panel, handsOutCredentials: false) == .fail(.exposesCredentials))
        #expect(RedirectDecision(mediaAt: own, panel: panel, handsOutCredentials: true) == .handOver(own))
    }

    @Test func encodesCredentials() throws {
        let panel = Panel(base: try UpstreamURL("http://p.example/sub/"), username: "a b/c", password: "p?&%ü")
        let live = try panel.live(#require(.init("live-8")), path: 0)
        #expect(live.secretText == "http://p.example/sub/live/a%20b%2Fc/p%3F%26%25%C3%BC/8.ts")
        #expect(panel.hasCredentials(live))
        #expect(try panel.hasCredentials(panel.account()))
        #expect(!"\(panel)".contains("p.example") && !"\(String(reflecting: live))".contains("p.example"))
    }
}
