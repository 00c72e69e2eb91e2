import Foundation
import Redis
import TestSupport
import Testing

extension EndToEnd {
    /// What the provider sees of films, and what second viewers cost.
    @Suite(.serialized) struct FilmDeliveryTests {
        @Test(.timeLimit(.minutes(3)))
        func fiveViewersAreOneConnectionAndTheNextOneCostsNothing() async throws {
            let directory = FileManager.default.temporaryDirectory.appending(path: "dash-films-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: directory) }
            var options = DashStack.Options()
            options.gateways = 2
            options.transcoders = 2
            options.environment = ["SEGMENT_STORE_URL": "file://\(directory.path)"]
            try await DashStack.with(options) { stack in
                // Five places in three qualities of one film.
                let first = try await withThrowingTaskGroup(of: (Int, [[UInt8]]).self) { group in
                    for viewer in 0..<5 {
                        group.addTask { (viewer, try await watch(stack, viewer, at: stack.urls[0])) }
                    }
                    return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
                }
                let reading = try await stack.reading(of: "vod-1901")
                #expect(reading.peak == 1 && reading.killed == 0, "\(reading)")
                #expect(try await stack.requireProvider().counters().peak == 1)
                #expect(Double(reading.sent) <= 1.05 * Double(reading.distinct), "\(reading)")

                // All of it is stored; the hot bytes go, and with them what is in the memory of that gateway.
                try await stack.stored("vod-1901", ["720p": [2, 3, 10, 11], "480p": [5, 6], "360p": [0, 1, 8, 9]])
                try await stack.restsFromReadingAhead()
                try await withRedis(on: stack.mediaRedis) { _ = try await $0.send(["FLUSHALL"]) }
                let (made, sent) = (try await stack.piecesMade(), try await stack.reading(of: "vod-1901").sent)
                for viewer in 0..<5 {
                    #expect(try await watch(stack, viewer, at: stack.urls[1]) == first[viewer], "\(viewer)")
                }
                #expect(try await stack.piecesMade() == made)
                #expect(try await stack.reading(of: "vod-1901").sent == sent)
            }
        }

        /// Two segments in a row, somewhere in the film.
        private func watch(_ stack: DashStack, _ viewer: Int, at gateway: String) async throws -> [[UInt8]] {
            let (rendition, first) = [("360p", 0), ("720p", 2), ("480p", 5), ("360p", 8), ("720p", 10)][viewer]
            let player = try await FilmViewer(gateway, "vod-1901", rendition)
            return [try await player.segment(first), try await player.segment(first + 1)]
        }

        @Test(.timeLimit(.minutes(3)))
        func oneConnectionIsEnoughForSeekingAndForTwoViewersOfAFile() async throws {
            var options = DashStack.Options()
            options.environment = ["DIRECT_PLAY": "proxy", "FILM_SEGMENT_TIMEOUT": "8s"]
            options.providerOptions = ["--max-connections", "1"]
            try await DashStack.with(options) { stack in
                let provider = try stack.requireProvider()
                // An episode by its place and by its number is one film.
                let place = try await FilmViewer(stack.url, "series-55-1-1", "360p")
                let number = try await FilmViewer(stack.url, "episode-550101", "360p")
                #expect(place.segments == number.segments)
                let first = try await place.segment(0)
                // Seeking about, and back to where it began.
                for index in [3, 1, 4, 2, place.segments.count - 1] { await number.glance(index) }
                #expect(try await number.segment(4).count > 1_000)
                #expect(try await number.segment(0) == first)

                // A seek after the token is over: what is read before is as good as new, the rest comes by a new token.
                let late = try await FilmViewer(stack.url, "vod-1912", "360p")
                _ = try await late.segment(0)
                try await provider.fault("expire_tokens")
                try await provider.wait("the connection is given back") { $0["media_open"].int == 0 }
                #expect(try await late.segment(late.segments.count - 1).count > 1_000)

                // Two at once take one file through its one reader.
                async let one = SimpleHTTP.send("GET", "\(stack.url)/api/stream/vod/1902", seconds: 40)
                async let other = SimpleHTTP.send("GET", "\(stack.url)/api/stream/vod/1902", seconds: 40)
                let (left, right) = (try await one, try await other)
                #expect(left.status == 200 && left.body == right.body)
                #expect(left.header("content-length") == "\(left.body.count)")
                let file = try await stack.reading(of: "vod-1902")
                #expect(file.peak == 1 && file.killed == 0 && file.distinct == left.body.count, "\(file)")
                #expect(Double(file.sent) <= 1.05 * Double(file.distinct), "\(file)")
                let connections = try await provider.report("connections")
                #expect(connections["media_peak"].int == 1 && connections["killed"].int == 0, "\(connections)")

                // A provider that trickles: an answer with a reason, in time.
                let slow = try await FilmViewer(stack.url, "vod-1909", "360p")
                try await provider.change(["throttle": "0.02"])
                let asked = ContinuousClock.now
                let answer = try await SimpleHTTP.send("GET", slow.segments[slow.segments.count / 2], seconds: 30)
                #expect(answer.status == 503 && answer.text.contains("\"code\":\"provider_slow\""), "\(answer.text)")
                #expect(ContinuousClock.now - asked < .seconds(20) && answer.header("retry-after") != nil)
            }
        }
    }
}

extension DashStack {
    /// Waits until nothing was made for two seconds: what was watched before is still read ahead of.
    func restsFromReadingAhead() async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        var (made, since) = (try await piecesMade(), ContinuousClock.now)
        while ContinuousClock.now - since < .seconds(2) {
            guard ContinuousClock.now < deadline else { throw NotReady(description: "pieces are made without end") }
            try await Task.sleep(for: .milliseconds(50))
            let now = try await piecesMade()
            if now != made { (made, since) = (now, .now) }
        }
    }

    /// Waits until these segments are stored.
    func stored(_ film: String, _ segments: [String: [Int]]) async throws {
        try await withRedis(on: redis) { redis in
            let deadline = ContinuousClock.now + .seconds(40)
            for (rendition, indices) in segments {
                let pattern = "dash:{\(film)}:stored:*:\(rendition)"
                for index in indices {
                    while true {
                        let key = try await redis.send(["KEYS", .text(pattern)]).array?.first?.string ?? "none"
                        if try await redis.send(["GETBIT", .text(key), .integer(Int64(index + 1))]).integer == 1 {
                            break
                        }
                        guard ContinuousClock.now < deadline else {
                            throw NotReady(description: "\(film) \(rendition) \(index) was not stored")
                        }
                        try await Task.sleep(for: .milliseconds(50))
                    }
                }
            }
        }
    }
}
