import TestSupport
import Testing

@testable import DemoProvider

/// Each fault does what it says, once or until cleared.
@Suite struct FaultTests {
    private let path = "/live/demo/demo/7.ts"

    private func target(_ provider: DemoProviderProcess) async throws -> String {
        let answer = try await SimpleHTTP.send("GET", provider.panel + path)
        return try #require(answer.header("location"))
    }

    @Test func statusesEmptyAndHTMLAreOneShotOrLasting() async throws {
        try await withDemoProvider { provider in
            try await provider.fault("status", ["channel": "7", "status": "509", "where": "panel"])
            #expect(try await SimpleHTTP.send("GET", provider.panel + path).status == 509)
            #expect(try await SimpleHTTP.send("GET", provider.panel + path).status == 302)
            try await provider.fault("status", ["status": "503", "times": "0"])
            for _ in 0..<3 { #expect(try await SimpleHTTP.send("GET", try await target(provider)).status == 503) }
            try await provider.control("clear")
            try await provider.fault("empty")
            let empty = try await SimpleHTTP.send("GET", try await target(provider))
            #expect(empty.status == 200 && empty.body.isEmpty)
            try await provider.fault("html")
            #expect(try await SimpleHTTP.send("GET", try await target(provider)).text.contains("<html>"))
            try await provider.fault("status", ["where": "api", "status": "500"])
            let login = provider.panel + "/player_api.php?username=demo&password=demo"
            #expect(try await SimpleHTTP.send("GET", login).status == 500)
            #expect(try await SimpleHTTP.send("GET", login).status == 200)
        }
    }

    @Test func redirectsGoRoundOrToPrivateAddresses() async throws {
        try await withDemoProvider { provider in
            try await provider.fault("redirect_loop")
            var url = try await target(provider)
            for _ in 0..<5 {
                let answer = try await SimpleHTTP.send("GET", url)
                #expect(answer.status == 302)
                url = provider.cdn + (try #require(answer.header("location")))
            }
            try await provider.fault("redirect_private", ["location": "http://169.254.169.254/latest/meta-data"])
            #expect(try await target(provider) == "http://169.254.169.254/latest/meta-data")
        }
    }

    @Test(arguments: ["close", "rst"])
    func dropEndsOpenConnections(mode: String) async throws {
        try await withDemoProvider { provider in
            let open = try await MediaConnection.open(provider, path)
            try await open.waitForBytes(1000)
            try await provider.fault("drop", ["channel": "7", "mode": mode])
            try await open.waitForClose()
            if mode == "rst" { #expect(open.error != nil) }
            let log = try await provider.report("log")["events"].list
            #expect(log.contains { $0["event"].text == "close" && $0["reason"].text == "fault_drop" })
            try await provider.fault("drop", ["channel": "7", "seconds": "0.2", "mode": mode])
            let next = try await MediaConnection.open(provider, path)
            try await next.waitForClose()
        }
    }

    @Test func garbageIsInsertedOnce() async throws {
        try await withDemoProvider { provider in
            let open = try await MediaConnection.open(provider, path)
            try await open.waitForBytes(1000)
            try await provider.fault("garbage", ["channel": "7", "bytes": "5001"])
            try await open.waitForBytes(open.received + 40_000)
            await open.close()
            #expect(TransportListing(open.bytes).lostSync == 5001)
        }
    }

    @Test func stallHoldsBackAndThenDelivers() async throws {
        try await withDemoProvider { provider in
            let open = try await MediaConnection.open(provider, path)
            try await open.waitForBytes(1000)
            let clock = ContinuousClock()
            let start = clock.now
            try await provider.fault("stall", ["channel": "7", "seconds": "2"])
            let before = open.received
            try await open.waitForBytes(before + 40_000)
            #expect(clock.now - start > .seconds(1.5))
            await open.close()
            let listing = TransportListing(open.bytes)
            #expect(listing.continuityErrors == 0)
            #expect(TransportListing.steps(try #require(listing.decoding[listing.video])) == [3600])
        }
    }

    @Test func jumpAndWrapMoveTheTimes() async throws {
        try await withDemoProvider { provider in
            let open = try await MediaConnection.open(provider, path)
            try await open.waitForBytes(1000)
            try await provider.fault("jump", ["channel": "7", "seconds": "-100"])
            try await open.waitForBytes(open.received + 40_000)
            await open.close()
            #expect(TransportListing.steps(TransportListing(open.bytes).clocks).contains { $0 < -8_000_000 })
            try await provider.fault("wrap", ["channel": "7", "seconds": "1"])
            let next = try await MediaConnection.open(provider, path)
            // Two seconds of burst, one up to the wrap and more than one behind it, at 30 kB/s.
            try await next.waitForBytes(150_000)
            await next.close()
            let listing = TransportListing(next.bytes)
            #expect(listing.clocks.contains { $0 < 90000 * 10 })
            #expect(try #require(listing.clocks.first) > WrappingTime.period - 90000 * 4)
            #expect(TransportListing.steps(try #require(listing.decoding[listing.video])) == [3600])
        }
    }

    @Test func codecChangesInMidStream() async throws {
        try await withDemoProvider { provider in
            let open = try await MediaConnection.open(provider, path)
            try await open.waitForBytes(1000)
            try await provider.fault("switch", ["channel": "7", "to": "11"])
            let before = open.received
            try await open.waitForBytes(before + 400_000)
            await open.close()
            let listing = TransportListing(open.bytes)
            #expect(listing.continuityErrors == 0)
            #expect(try #require(TransportListing.steps(listing.clocks).min()) >= 0)
        }
    }

    @Test func slowConnectAndRoundTripDelayTheAnswer() async throws {
        try await withDemoProvider(options: ["--rtt", "100"]) { provider in
            let clock = ContinuousClock()
            let start = clock.now
            let url = try await target(provider)
            #expect(clock.now - start >= .milliseconds(200))
            try await provider.fault("slow_connect", ["seconds": "1"])
            let slow = clock.now
            _ = try await SimpleHTTP.send("GET", url, limit: 1000)
            #expect(clock.now - slow >= .milliseconds(1200))
        }
    }

    @Test func controlRefusesNonsense() async throws {
        try await withDemoProvider { provider in
            for path in [
                "fault?kind=nonsense", "fault?kind=jump", "settings?max_connections=many", "fault?kind=stall&channel=x",
            ] {
                let answer = try await SimpleHTTP.send("POST", provider.panel + "/control/" + path)
                #expect(answer.status == 400, "\(path)")
            }
            let unknown = try await SimpleHTTP.send("GET", provider.panel + "/control/nothing")
            #expect(unknown.status == 404)
        }
    }
}
