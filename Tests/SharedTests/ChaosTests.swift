import NIOHTTP1
import TestSupport
import Testing

/// The pure parts of `./dash test chaos`, and its relay.
struct ChaosTests {
    @Test func theSameSeedBreaksTheSameThings() {
        let first = ChaosSchedule(seed: 7, milliseconds: 1_200_000).faults
        #expect(first == ChaosSchedule(seed: 7, milliseconds: 1_200_000).faults)
        #expect(first != ChaosSchedule(seed: 8, milliseconds: 1_200_000).faults)
    }

    @Test(arguments: [0, 1, 42, UInt64.max])
    func twentyMinutesHaveAHundredFaultsOfEveryKind(seed: UInt64) {
        let faults = ChaosSchedule(seed: seed, milliseconds: 1_200_000).faults
        #expect(faults.count >= 100)
        #expect(Set(faults.map(\.kind)) == Set(ChaosFault.Kind.all))
        #expect(faults.allSatisfy { $0.at >= 0 && $0.at + $0.lasts <= 1_200_000 })
    }

    @Test func aTargetIsLeftAloneUntilItsFaultIsOver() {
        let faults = ChaosSchedule(seed: 3, milliseconds: 3_600_000).faults
        for target in ChaosFault.Target.allCases {
            let own = faults.filter { $0.kind.target == target }
            for (fault, next) in zip(own, own.dropFirst()) { #expect(fault.at + fault.lasts < next.at) }
        }
    }

    private func opening(_ connection: Int, _ stream: String, _ at: Int) -> ProviderJudge.Event {
        .init(opens: true, connection: connection, stream: stream, at: at)
    }

    private func closing(_ connection: Int, _ at: Int) -> ProviderJudge.Event {
        .init(opens: false, connection: connection, stream: "", at: at)
    }

    @Test func oneConnectionTooManyIsSeen() {
        var judge = ProviderJudge(limit: 2, frozen: [], blind: [])
        let found = judge.judge([opening(1, "live-1", 0), opening(2, "live-2", 10), opening(3, "live-3", 20)])
        #expect(found.map(\.rule) == ["provider.limit"])
        #expect(judge.peak == 3)
    }

    @Test func aSecondReaderIsSeenUnlessAnOwnerIsFrozen() {
        let events = [opening(1, "vod-1", 0), opening(2, "vod-1", 10), closing(1, 5000)]
        var strict = ProviderJudge(limit: 9, frozen: [], blind: [])
        #expect(strict.judge(events).map(\.rule) == ["provider.readers"])
        var lenient = ProviderJudge(limit: 9, frozen: [4000...9000], blind: [])
        #expect(lenient.judge(events).isEmpty)
    }

    @Test func aChangeOfOwnersThatIsNoticedInTheOtherOrderIsNone() {
        var judge = ProviderJudge(limit: 1, frozen: [], blind: [])
        #expect(judge.judge([opening(1, "a", 0), opening(2, "b", 1000), closing(1, 1200)]).isEmpty)
    }

    private func answer(_ status: HTTPResponseStatus, _ headers: HTTPHeaders, _ body: String) -> SimpleHTTP.Answer {
        .init(status: Int(status.code), headers: headers, body: Array(body.utf8))
    }

    @Test func errorsAreHeldAgainstTheirForm() {
        let judge = AnswerJudge(secrets: ["hush"])
        let body = #"{"success":false,"error":"Busy.","code":"busy","requestId":"r"}"#
        #expect(judge.violations(answer(.serviceUnavailable, ["retry-after": "2"], body), at: "").isEmpty)
        #expect(judge.violations(answer(.serviceUnavailable, [:], body), at: "").map(\.rule) == ["error.form"])
        #expect(judge.violations(answer(.badGateway, [:], "<html>"), at: "").map(\.rule) == ["error.form"])
        #expect(judge.violations(answer(.ok, ["x": "hush"], ""), at: "").map(\.rule) == ["secret"])
        #expect(judge.violations(answer(.ok, [:], "a hush b"), at: "").map(\.rule) == ["secret"])
    }

    @Test func theRelayCarriesIsCutAndIsMended() async throws {
        try await ScriptedHTTPServer.with({ _ in [.response(204)] }) { server in
            let relay = try await TCPRelay.start(to: server.port)
            let url = "http://127.0.0.1:\(relay.port)/"
            #expect(try await SimpleHTTP.send("GET", url).status == 204)
            relay.cut()
            await #expect(throws: (any Error).self) { try await SimpleHTTP.send("GET", url) }
            relay.mend()
            relay.slow(milliseconds: 100)
            let began = ContinuousClock.now
            #expect(try await SimpleHTTP.send("GET", url).status == 204)
            #expect(ContinuousClock.now - began >= .milliseconds(200))
            try await relay.stop()
        }
    }

    @Test func growthIsFromTheFirstQuarterToTheLast() throws {
        let growth = try #require(
            Growth(
                Array(repeating: 100, count: 5) + [7, 900] + Array(repeating: 200, count: 8)
                    + Array(repeating: 103, count: 5)))
        #expect(abs(growth.percent - 3) < 0.001)
        #expect(Growth([1, 2]) == nil)
        #expect(Growth(Array(repeating: 0, count: 20))?.percent == 0)
    }
}
