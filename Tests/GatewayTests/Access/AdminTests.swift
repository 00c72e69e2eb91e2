import Contracts
import Foundation
import NIOCore
import NIOHTTP1
import Redis
import Testing

@testable import Gateway

/// What the operator sees and does.
@Suite struct AdminTests {
    @Test func theWholeSystemIsToldAsEvents() async throws {
        try await Guarded.run { gateway in
            let answer = try await gateway.admin("/api/admin/overview")
            #expect(answer.status == 200, "\(answer.text)")
            for field in ["streams", "workers", "slots", "queues", "bandwidth", "days", "errors", "starts"] {
                #expect(answer.json[field] != nil, "\(field)")
            }
            let events = try await gateway.http.beginning(
                of: "/api/admin/events", ["authorization": "Bearer \(Guarded.key)"]
            ) { String(buffer: $0).components(separatedBy: "event: overview\ndata: {").count > 2 }
            #expect(events.status == 200 && events.header("content-type")?.hasPrefix("text/event-stream") == true)
            let without = try await gateway.http.get("/api/admin/events")
            #expect(without.status == 401 && without.code == "admin_key_required")
        }
    }

    @Test func theOperatorStopsAChannel() async throws {
        try await Guarded.run { gateway in
            try await gateway.addViewer("ama")
            let cookie = try await gateway.cookie("ama")
            async let playing = gateway.http.get("/api/hls/live-8/master.m3u8", cookie)
            let claimed = try await gateway.owner.play(Samples.stream)
            #expect(try await playing.status == 200)
            for path in ["/api/admin/streams/live-8/stop", "/api/admin/streams/live-8/refresh"] {
                let without = try await gateway.http.get(path, cookie, method: .POST)
                #expect(without.status == 401, "a viewer is no operator")
                #expect(try await gateway.http.get(path, ["authorization": "Bearer \(Guarded.key)"]).status == 404)
            }
            let stop = try await gateway.admin("/api/admin/streams/live-8/stop", method: .POST)
            #expect(stop.status == 200 && stop.json["wasRunning"] as? Bool == true, "\(stop.text)")
            // The owner is fenced off, and who wants the channel is told why there is none.
            #expect(try await gateway.owner.renew(Samples.stream, claimed) == .lost)
            try await gateway.eventually {
                let answer = try await gateway.http.get("/api/hls/live-8/master.m3u8", cookie)
                return answer.status == 503 && answer.code == "stopped_by_operator"
            }
            #expect(try await gateway.owner.tryClaim(Samples.stream) == .refused)
            let odd = try await gateway.admin("/api/admin/streams/..%2f/stop", method: .POST)
            #expect(odd.status == 400)
        }
    }

    @Test func figuresAreBounded() {
        let figures = GatewayFigures()
        for number in 0..<1_000 {
            figures.failed("code-\(number)")
            figures.started(after: .milliseconds(number))
        }
        #expect(figures.errors.count == 200)
        #expect(figures.starts == .init(Array(800..<1_000)))
        #expect(figures.starts.median == 900 && figures.starts.worst == 999)
        #expect(GatewayFigures.Starts([]).median == nil)
    }
}
