import TestSupport
import Testing

/// Tokens, the connection limit and the log: what the rest of the system is measured by.
@Suite struct ConnectionTests {
    @Test func redirectLeadsToTheOtherHostAndHopsMayBeMany() async throws {
        try await withDemoProvider(options: ["--hops", "3"]) { provider in
            var url = provider.panel + "/live/demo/demo/7.ts"
            for _ in 0..<3 {
                let answer = try await SimpleHTTP.send("GET", url)
                #expect(answer.status == 302)
                url = try #require(answer.header("location"))
                #expect(url.hasPrefix(provider.cdn))
            }
            #expect(try await SimpleHTTP.send("GET", url, limit: 1000).status == 200)
        }
    }

    @Test func tokenIsCheckedOnlyWhenAConnectionIsMade() async throws {
        try await withDemoProvider { provider in
            let answer = try await SimpleHTTP.send("GET", provider.panel + "/live/demo/demo/7.ts")
            let url = try #require(answer.header("location"))
            let open = try await MediaConnection(url: url)
            try await open.waitForBytes(10_000)
            try await provider.fault("expire_tokens")
            let before = open.received
            try await open.waitForBytes(before + 20_000)
            #expect(try await SimpleHTTP.send("GET", url).status == 403)
            await open.close()
        }
    }

    @Test func tokenExpiresByItself() async throws {
        try await withDemoProvider(options: ["--token-ttl", "0.01"]) { provider in
            let answer = try await SimpleHTTP.send("GET", provider.panel + "/live/demo/demo/7.ts")
            let url = try #require(answer.header("location"))
            var status = 200
            for _ in 0..<100 where status != 403 {
                status = try await SimpleHTTP.send("GET", url, limit: 1).status
            }
            #expect(status == 403)
        }
    }

    @Test func theOldestIsKilledForTheNew() async throws {
        try await withDemoProvider(options: ["--max-connections", "2"]) { provider in
            let first = try await MediaConnection.open(provider, "/live/demo/demo/7.ts")
            try await first.waitForBytes(1000)
            let second = try await MediaConnection.open(provider, "/demo/demo/8")
            try await second.waitForBytes(1000)
            #expect(!first.isClosed)
            let third = try await MediaConnection.open(provider, "/live/demo/demo/13.ts")
            try await third.waitForBytes(1000)
            try await first.waitForClose()
            #expect(!second.isClosed)
            let counters = try await provider.counters()
            #expect(counters.open == 2)
            #expect(counters.opened == 3)
            let log = try await provider.report("log")
            #expect(
                log["events"].list.contains { $0["reason"].text == "killed_oldest" && $0["stream"].text == "live-7" })
            await second.close()
            await third.close()
            try await provider.wait("both to be gone") { $0["media_open"].int == 0 }
        }
    }

    @Test func theSameUserAgentIsKilledBeforeAnOlderOne() async throws {
        try await withDemoProvider(options: ["--max-connections", "2"]) { provider in
            let phone = try await MediaConnection.open(provider, "/live/demo/demo/7.ts", userAgent: "phone")
            try await phone.waitForBytes(1000)
            let box = try await MediaConnection.open(provider, "/live/demo/demo/7.ts", userAgent: "box")
            try await box.waitForBytes(1000)
            let another = try await MediaConnection.open(provider, "/live/demo/demo/7.ts", userAgent: "box")
            try await box.waitForClose()
            #expect(!phone.isClosed)
            await phone.close()
            await another.close()
        }
    }

    @Test func overTheLimitMayBeAStatusOrASlate() async throws {
        try await withDemoProvider(options: ["--max-connections", "1", "--over-limit", "458"]) { provider in
            let first = try await MediaConnection.open(provider, "/live/demo/demo/7.ts")
            try await first.waitForBytes(1000)
            #expect(try await SimpleHTTP.send("GET", provider.panel + "/live/demo/demo/8.ts").status == 458)
            try await provider.change(["over_limit": "slate"])
            let second = try await MediaConnection.open(provider, "/live/demo/demo/8.ts")
            try await second.waitForBytes(1000)
            #expect(second.status == 200)
            let report = try await provider.report("connections")
            #expect(report["media_open"].int == 1)
            #expect(report["refused"].int == 1)
            #expect(!first.isClosed)
            await first.close()
            await second.close()
        }
    }

    @Test func aClosedConnectionMayBeNoticedLateAndOthersMayBeForeign() async throws {
        try await withDemoProvider(options: ["--max-connections", "2", "--late-notice", "600", "--over-limit", "403"]) {
            provider in
            let first = try await MediaConnection.open(provider, "/live/demo/demo/7.ts")
            try await first.waitForBytes(1000)
            await first.close()
            try await provider.wait("the socket to be gone") { $0["media_open"].int == 0 }
            try await provider.change(["foreign_connections": "1"])
            let login = try await provider.login()
            #expect(login["user_info"]["active_cons"].text == "2")
            #expect(try await SimpleHTTP.send("GET", provider.panel + "/live/demo/demo/8.ts").status == 403)
            try await provider.change(["late_notice": "0"])
            let second = try await MediaConnection.open(provider, "/live/demo/demo/8.ts")
            #expect(try await second.waitForStatus() == 200)
            await second.close()
        }
    }

    @Test func theLogCountsEverySocketOnce() async throws {
        try await withDemoProvider { provider in
            for _ in 0..<3 {
                let one = try await MediaConnection.open(provider, "/live/demo/demo/7.ts")
                try await one.waitForBytes(1000)
                await one.close()
                // The provider hears of it a moment later.
                try await provider.wait("it to be gone") { $0["media_open"].int == 0 }
            }
            try await Self.check(provider.report("log")["events"].list)
            let counters = try await provider.counters()
            #expect(counters.peak == 1)
            #expect(try await provider.opened("live-7") == 3)
        }
    }

    private static func check(_ log: [ControlValue]) {
        let media = log.filter { $0["stream"].text == "live-7" && $0["listener"].text == "cdn" }
        let closes = media.filter { $0["event"].text == "close" }
        let opens = media.filter { $0["event"].text == "open" }
        #expect(opens.count == 3)
        #expect(closes.count == 3)
        for close in closes {
            #expect(close["reason"].text == "peer")
            #expect((close["bytes"].int ?? 0) >= 1000)
        }
        let accepted = Set(log.filter { $0["event"].text == "accept" }.compactMap { $0["connection"].int })
        let closed = log.filter { $0["event"].text == "close" }.compactMap { $0["connection"].int }
        #expect(Set(closed).count == closed.count)
        #expect(accepted.isSuperset(of: closed))
    }
}

extension DemoProviderProcess {
    func login(_ query: String = "") async throws -> ControlValue {
        try await catalog("username=demo&password=demo" + query)
    }

    func catalog(_ query: String) async throws -> ControlValue {
        let answer = try await SimpleHTTP.send("GET", panel + "/player_api.php?" + query)
        return try ControlValue(json: answer.body)
    }
}
