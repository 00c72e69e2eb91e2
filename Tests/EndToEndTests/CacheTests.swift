import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// What a CDN does to the gateway: our cache rules in a real nginx, requests counted by the gateway itself.
    @Suite(.serialized, .enabled(if: NginxCache.isInstalled)) struct CacheTests {
        private static let viewers = 20
        private static let liveSegments = "/api/hls/{streamId}/{item}/{rendition}/{file}"
        private static let filmSegments = "/api/hls/{streamId}/{item}/{rendition}/{file}/{piece}"
        private static let playlists = "/api/hls/{streamId}/{item}"

        @Test(.timeLimit(.minutes(3)))
        func anyNumberOfViewersCostsOneRequestPerSegment() async throws {
            try await DashStack.with { stack in
                try await NginxCache.with(origin: stack.url) { cache in
                    try await Self.liveSegmentsAreFetchedOnce(stack, cache)
                    try await Self.aFilmSegmentInTheMakingIsAskedForOnce(stack, cache)
                    try await Self.livePlaylistsAreSharedAndNeverOld(stack, cache)
                    try await Self.errorsAreNotKept(stack, cache)
                }
            }
        }

        /// Each viewer signs differently, comes from another page and takes other encodings; nothing of it splits the cache.
        private static func liveSegmentsAreFetchedOnce(_ stack: DashStack, _ cache: NginxCache) async throws {
            try await EndToEnd.waitForSegments(stack, channel: 8, atLeast: 3)
            let list = try await segments("\(cache.url)/api/hls/live-8/720p.m3u8")
            let before = try await requests(stack, liveSegments)
            let sizes = try await crowd { viewer in
                var sizes: [Int] = []
                for segment in list { sizes.append(try await fetch(segment, viewer)) }
                return sizes
            }
            #expect(sizes.count == viewers && Set(sizes).count == 1, "all viewers got the same")
            #expect(try await requests(stack, liveSegments) - before == list.count)
            let again = try await SimpleHTTP.send("GET", list[0], headers: [("range", "bytes=0-187")])
            #expect(again.status == 206 && again.body.count == 188 && again.header("x-cache") == "HIT")
            #expect(again.header("access-control-allow-origin") == "*")
        }

        private static func aFilmSegmentInTheMakingIsAskedForOnce(_ stack: DashStack, _ cache: NginxCache) async throws
        {
            let master = try await SimpleHTTP.send("GET", "\(cache.url)/api/hls/vod-1901/master.m3u8", seconds: 40)
            #expect(master.status == 200, "\(master.text)")
            let list = try await segments("\(cache.url)/api/hls/vod-1901/360p.m3u8")
            // Far from what was made ready: it is encoded while all of them wait.
            let wanted = list[list.count - 2]
            let before = try await requests(stack, filmSegments)
            let sizes = try await crowd { try await fetch(wanted, $0) }
            #expect(Set(sizes).count == 1)
            #expect(try await requests(stack, filmSegments) - before == 1)
        }

        private static func livePlaylistsAreSharedAndNeverOld(_ stack: DashStack, _ cache: NginxCache) async throws {
            let url = "\(cache.url)/api/hls/live-8/480p.m3u8"
            _ = try await segments(url)
            let begin = ContinuousClock.now
            let before = try await requests(stack, playlists)
            _ = try await crowd { viewer in try await SimpleHTTP.send("GET", "\(url)?viewer=\(viewer)").status }
            let seconds = Int((ContinuousClock.now - begin).components.seconds)
            #expect(try await requests(stack, playlists) - before <= 2 + seconds, "one a second, in \(seconds) s")
            let last = try await segments(url).last
            let deadline = ContinuousClock.now + .seconds(30)
            while try await segments(url).last == last {
                try #require(ContinuousClock.now < deadline, "the playlist does not grow behind the cache")
                try await Task.sleep(for: .milliseconds(250))
            }
        }

        private static func errorsAreNotKept(_ stack: DashStack, _ cache: NginxCache) async throws {
            let path = "/api/hls/live-8/AAAAAAAAAAAAAAAAAAAAAA/720p/1-1.ts"
            let before = try await requests(stack, liveSegments, status: "4xx")
            for _ in 0..<3 {
                let answer = try await SimpleHTTP.send("GET", cache.url + path)
                #expect((400..<500).contains(answer.status) && answer.header("cache-control") == "no-store")
            }
            #expect(try await requests(stack, liveSegments, status: "4xx") - before == 3)
            // A line break in the path must not become one in what is sent on.
            let smuggling = "/api/hls/live-8/x%20HTTP/1.1%0d%0aX-Request-Id:%20from-the-path%0d%0aA:%20/720p/1-1.ts"
            let answer = try await SimpleHTTP.send("GET", cache.url + smuggling)
            #expect(answer.status >= 400 && answer.header("x-request-id") != "from-the-path", "\(answer.text)")
        }

        // MARK: Hands

        /// All viewers at once; their answers.
        private static func crowd<Answer: Sendable>(
            _ view: @escaping @Sendable (Int) async throws -> Answer
        ) async throws -> [Answer] {
            try await withThrowingTaskGroup(of: Answer.self) { group in
                for viewer in 0..<viewers { group.addTask { try await view(viewer) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }

        private static func fetch(_ url: String, _ viewer: Int) async throws -> Int {
            let answer = try await SimpleHTTP.send(
                "GET", "\(url)?signature=\(viewer)",
                headers: [
                    ("origin", "https://page-\(viewer).example"), ("accept-encoding", viewer % 2 == 0 ? "gzip" : "br"),
                ], seconds: 60)
            try #require(answer.status == 200, "\(url): \(answer.status)")
            return answer.body.count
        }

        /// Absolute addresses of a playlist's segments.
        private static func segments(_ url: String) async throws -> [String] {
            let answer = try await SimpleHTTP.send("GET", url, seconds: 40)
            try #require(answer.status == 200, "\(answer.text)")
            let base = String(url[..<(url.lastIndex(of: "/") ?? url.endIndex)])
            return answer.text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { "\(base)/\($0)" }
        }

        /// Requests that the gateway has answered on a route.
        private static func requests(_ stack: DashStack, _ route: String, status: String = "2xx") async throws -> Int {
            let port = try #require(stack.adminPorts["gateway-0"])
            let metrics = try await SimpleHTTP.send("GET", "http://127.0.0.1:\(port)/metrics").text
            let line = metrics.split(separator: "\n").first {
                $0.hasPrefix("gateway_requests_total{") && $0.contains("route=\"\(route)\"")
                    && $0.contains("status=\"\(status)\"")
            }
            return line.flatMap { $0.split(separator: " ").last }.flatMap { Double($0) }.map { Int($0) } ?? 0
        }
    }
}
