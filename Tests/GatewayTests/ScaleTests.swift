import Contracts
import Foundation
import NIOCore
import Redis
import TestSupport
import Testing

@testable import Gateway

@Suite struct ScaleTests {
    @Test func aThousandViewersOfASegmentAreOneRead() async throws {
        try await GatewayFixture.run { gateway in
            async let first = gateway.http.get("/api/hls/live-8/720p.m3u8")
            _ = try await gateway.owner.play(Samples.stream, count: 1)
            let uri = try #require(
                try await first.text.split(separator: "\n").last { $0.hasSuffix(".ts") }.map(String.init))
            let before = try await gateway.gets()
            let began = ContinuousClock.now
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<1_000 {
                    group.addTask { try await gateway.http.get("/api/hls/live-8/\(uri)").body.readableBytes }
                }
                for try await count in group { #expect(count == 1_880) }
            }
            let reads = try await gateway.gets() - before
            // The capability secret may be looked at once meanwhile, and accounts by the clock, with two reads a time.
            let looks = Int((ContinuousClock.now - began) / ViewerDirectory.interval) + 1
            #expect(reads <= 2 + 2 * looks)
        }
    }

    @Test func whatWasServedIsReportedOnceAtAnOrderlyStop() async throws {
        try await GatewayFixture.run { gateway in
            async let first = gateway.http.get("/api/hls/live-8/master.m3u8?session=viewer-0001")
            _ = try await gateway.owner.play(Samples.stream, count: 1)
            _ = try await first
            // The same session again is no new view.
            _ = try await gateway.http.get("/api/hls/live-8/master.m3u8?session=viewer-0001")
            let playlist = try await gateway.http.get("/api/hls/live-8/360p.m3u8").text
            let uri = try #require(playlist.split(separator: "\n").last { $0.hasSuffix(".ts") })
            for _ in 0..<5 { _ = try await gateway.http.get("/api/hls/live-8/\(uri)") }
        } after: { gateway in
            let list = try await gateway.redis.send(["LRANGE", .text(gateway.keys.usageReports), 0, -1]).array ?? []
            let reports = try list.map { try UsageReport(json: $0.string ?? "") }
            #expect(Set(reports.map(\.id)).count == reports.count)
            let entries = reports.flatMap(\.entries)
            #expect(
                entries.map { $0[.segments] }.reduce(0, +) == 5 && entries.map { $0[.bytes] }.reduce(0, +) == 5 * 1_880)
            #expect(entries.map { $0[.cached] }.reduce(0, +) == 4 && entries.map { $0[.views] }.reduce(0, +) == 1)
        }
    }

    /// An orderly stop tells whoever is held, instead of waiting for them.
    @Test func aStopAnswersHeldRequests() async throws {
        let held = Mutexed<Task<HTTPProbe.Answer, any Error>?>(nil)
        try await GatewayFixture.run(["LIVE_START_TIMEOUT": "60s"]) { gateway in
            held.value = Task { [http = gateway.http] in try await http.get("/api/hls/live-8/master.m3u8") }
            _ = try await gateway.owner.claim(Samples.stream)
        }
        #expect(try await held.value?.value.code == "shutting_down")
    }

    @Test func theJSONAnswerNamesWhatApiDocumentSays() async throws {
        try await GatewayFixture.run(["PUBLIC_URL": "https://tv.example.com"]) { gateway in
            let cold = try await gateway.http.get("/api/live/8?quality=1080p")
            #expect(
                cold.status == 200 && cold.json["started"] as? Bool == false
                    && cold.json["quality"] as? String == "720p")
            #expect(cold.json["requestedQuality"] as? String == "1080p" && cold.json["cached"] as? Bool == false)
            let session = try #require(cold.json["session"] as? String)
            let claimed = try await gateway.owner.play(Samples.stream)
            _ = try await gateway.owner.renew(Samples.stream, claimed)
            try await gateway.eventually {
                try await gateway.http.get("/api/live/8?session=\(session)").json["cached"] as? Bool == true
            }
            let warm = try await gateway.http.get("/api/live/8?session=\(session)").json
            #expect(
                warm["success"] as? Bool == true && warm["streamId"] as? String == "8"
                    && warm["started"] as? Bool == true)
            #expect(warm["url"] as? String == "https://tv.example.com/api/hls/live-8/master.m3u8?session=\(session)")
            #expect((warm["expiresIn"] as? Int).map { (200...240).contains($0) } == true)
            func names(_ answer: [String: Any]) -> [String]? {
                (answer["qualities"] as? [[String: Any]])?.compactMap { $0["name"] as? String }
            }
            // This owner says nothing of sound alone; before an owner speaks, the ladder and sound are expected.
            #expect(names(warm) == ["720p", "480p", "360p"])
            #expect(names(cold.json) == ["720p", "480p", "360p", "audio"])
            let stats = try await gateway.http.get("/api/stats/streams")
            #expect(stats.text.contains(#""stream":"live-8""#) && stats.text.contains(#""owner":"worker-test""#))
        }
    }

    @Test func healthTellsPeopleAndOrchestratorsApart() async throws {
        try await GatewayFixture.run(hasWorker: false) { gateway in
            #expect(try await gateway.http.get("/api/health/ready").status == 200)
            #expect(try await gateway.http.get("/api/health/live").status == 200)
            // No transcoder: the main job cannot be done.
            try await gateway.eventually {
                try await gateway.http.get("/health").text.contains(#""workers":{"detail":"None"#)
            }
            #expect(try await gateway.http.get("/health").status == 503)
            let registry = InstanceRegistry(redis: gateway.redis, keys: gateway.keys)
            for service in ["transcoder", "token-service"] {
                try await registry.beat(
                    InstanceStatus(service: service, instance: "\(service)-1", version: "1", capacity: 2))
            }
            try await gateway.eventually {
                for service in ["transcoder", "token-service"] {
                    try await registry.beat(
                        InstanceStatus(service: service, instance: "\(service)-1", version: "1", capacity: 2))
                }
                let health = try await gateway.http.get("/api/health")
                return health.status == 200 && health.json["status"] as? String == "degraded"
            }
            try await gateway.server.kill()
            #expect(try await gateway.http.get("/api/health/ready").status == 503)
            #expect(try await gateway.http.get("/api/health/live").status == 200)
            try await gateway.server.restart()
        }
    }
}

extension GatewayFixture {
    /// How many GETs the server has run.
    fileprivate func gets() async throws -> Int {
        let info = try await redis.send(["INFO", "commandstats"]).string ?? ""
        let line = info.split(separator: "\r\n").first { $0.hasPrefix("cmdstat_get:") }
        return line.flatMap { Int($0.drop { $0 != "=" }.dropFirst().prefix { $0 != "," }) } ?? 0
    }
}
