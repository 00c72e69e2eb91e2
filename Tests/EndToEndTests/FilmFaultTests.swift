import Foundation
import Redis
import TestSupport
import Testing

extension EndToEnd {
    /// A film goes on whatever dies under it.
    @Suite(.serialized) struct FilmFaultTests {
        @Test(.timeLimit(.minutes(4)))
        func aFilmGoesOnOverKillsARedisRestartAndAProviderThatIsAway() async throws {
            let directory = FileManager.default.temporaryDirectory.appending(path: "dash-films-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: directory) }
            var options = DashStack.Options()
            options.transcoders = 2
            options.environment = ["SEGMENT_STORE_URL": "file://\(directory.path)"]
            try await DashStack.with(options) { stack in
                let provider = try stack.requireProvider()
                let viewer = try await FilmViewer(stack.url, "vod-1901", "360p")
                let last = viewer.segments.count - 1
                let first = try await viewer.segment(0)

                try await Self.owner(stack).kill()
                #expect(try await viewer.segment(last).count > 1_000)

                try await stack.tokenServices[0].kill()
                try await stack.segmentStores[0].kill()
                #expect(try await viewer.segment(3).count > 1_000)
                try stack.tokenServices[0].start()
                try stack.segmentStores[0].start()

                try await stack.redis.restart()
                #expect(try await viewer.segment(5).count > 1_000)

                // The provider is away for ten seconds, in the middle of another film.
                let other = try await FilmViewer(stack.url, "vod-1903", "360p")
                _ = try await other.segment(0)
                async let away: Void = Self.cut(provider, for: .seconds(10))
                var taken: [[UInt8]] = []
                for index in 1..<other.segments.count { taken.append(try await other.segment(index)) }
                try await away
                #expect(taken.allSatisfy { $0.count > 1_000 } && taken.count == other.segments.count - 1)
                // Whoever made it, it is the same segment.
                #expect(try await viewer.segment(0) == first)
            }
        }

        private static func owner(_ stack: DashStack) async throws -> ServiceProcess {
            let name = try await withRedis(on: stack.redis) { redis in
                try await redis.send(["HGET", "dash:{vod-1901}:stream", "owner"]).string
            }
            return try #require(stack.transcoders.first { $0.name == name }, "\(name ?? "nobody") owns the film")
        }

        /// Every connection is dropped and every new one refused.
        private static func cut(_ provider: DemoProviderProcess, for duration: Duration) async throws {
            for place in ["cdn", "panel", "api"] {
                try await provider.fault("status", ["status": "503", "where": place, "times": "0"])
            }
            try await provider.fault("drop", ["mode": "rst"])
            try await Task.sleep(for: duration)
            try await provider.control("clear")
        }

        /// Films in a bucket: three stores, one of them killed; viewers get what is stored from the bucket itself.
        @Test(
            .timeLimit(.minutes(3)), .enabled(if: MotoServer.isInstalled, "moto is not installed; ./dash setup does it")
        )
        func aBucketServesWhatThreeStoresKeepAndOneMayDie() async throws {
            try await MotoServer.with { bucket in
                try await bucket.makeFirstBucket("films")
                var options = DashStack.Options()
                options.gateways = 2
                options.segmentStores = 3
                options.environment = [
                    "SEGMENT_STORE_URL": "s3://films/e2e", "S3_ENDPOINT": bucket.url, "SEGMENT_DELIVERY": "presigned",
                    "S3_ACCESS_KEY_ID": MotoServer.accessKey, "S3_SECRET_ACCESS_KEY": MotoServer.secretKey,
                ]
                try await DashStack.with(options) { stack in
                    let first = try await FilmViewer(stack.urls[0], "vod-1903", "360p")
                    var segments: [[UInt8]] = []
                    for index in first.segments.indices {
                        segments.append(try await first.segment(index))
                        if index == 2 { try await stack.segmentStores[0].kill() }
                    }
                    try await stack.stored("vod-1903", ["360p": Array(3..<first.segments.count)])
                    try await withRedis(on: stack.mediaRedis) { _ = try await $0.send(["FLUSHALL"]) }
                    let (made, sent) = (try await stack.piecesMade(), try await stack.reading(of: "vod-1903").sent)
                    let second = try await FilmViewer(stack.urls[1], "vod-1903", "360p")
                    for index in 3..<segments.count {
                        #expect(second.segments[index].hasPrefix("\(bucket.url)/films/e2e/vod-1903/"))
                        #expect(try await second.segment(index) == segments[index], "\(index)")
                    }
                    #expect(try await stack.piecesMade() == made)
                    #expect(try await stack.reading(of: "vod-1903").sent == sent)
                    // The books know that these bytes did not leave from us.
                    try await Self.savedByBucket(stack, atLeast: segments[3...].reduce(0) { $0 + $1.count } / 2)
                }
            }
        }

        private static func savedByBucket(_ stack: DashStack, atLeast bytes: Int) async throws {
            let deadline = ContinuousClock.now + .seconds(30)
            var text = ""
            while ContinuousClock.now < deadline {
                let answer = try await SimpleHTTP.send("GET", "\(stack.url)/api/stats/bandwidth")
                text = answer.text
                let stats = try JSONDecoder().decode(ControlValue.self, from: Data(answer.body))
                if let saved = stats["saved"]["bucket"]["bytes"].int, saved >= bytes { return }
                try await Task.sleep(for: .milliseconds(200))
            }
            Issue.record("the bucket has saved nothing: \(text)")
        }
    }
}
