import Contracts
import Foundation
import NIOCore
import NIOPosix
import Redis
import Runtime
import TestSupport
import Testing

@testable import S3
@testable import SegmentStore

/// Buckets of a real S3-compatible server.
@Suite(.enabled(if: MotoServer.isInstalled, "moto is not installed; ./dash setup does it"))
struct S3StorageTests {
    private func environment(_ server: MotoServer, _ more: [String: String] = [:]) -> [String: String] {
        [
            "SEGMENT_STORE_URL": "s3://films/kept/here", "S3_ENDPOINT": server.url,
            "S3_ACCESS_KEY_ID": MotoServer.accessKey, "S3_SECRET_ACCESS_KEY": MotoServer.secretKey,
        ].merging(more) { $1 }
    }

    private func with(_ body: (S3Storage, S3Client, MotoServer) async throws -> Void) async throws {
        try await MotoServer.with { server in
            try await server.makeFirstBucket("films")
            let client = try S3Client(try S3Bucket(Settings(environment: environment(server))))
            try await body(
                S3Storage(client, origins: ["https://app.example.com"], logger: quietLogger()), client, server)
            await client.shutdown()
        }
    }

    @Test func whatIsPutIsThere() async throws {
        try await with { storage, client, _ in
            let segments = [
                try segment(-1, "720p.mp4"), try segment(0), try segment(7, film: 2), try segment(1, "subs-eng"),
            ]
            for one in segments {
                #expect(try await storage.get(one) == nil)
                try await storage.put(one, content(one, 300_000))
                try await storage.put(one, content(one, 300_000))
                #expect(try await storage.get(one) == content(one, 300_000))
            }
            let now = Int64(Date.now.timeIntervalSince1970 * 1000)
            let answer = try await SimpleHTTP.send(
                "GET", client.bucket.presigner(now: now, lasting: 86_400).url(segments[1].path))
            #expect(answer.header("content-type") == "video/mp2t" && answer.body.count == 300_000)
            #expect(answer.header("cache-control")?.contains("immutable") == true)
            try await storage.delete([segments[1], segments[1], try segment(99)])
            #expect(try await storage.get(segments[1]) == nil)
            #expect(try await storage.list(after: nil).entries.count == 3)
            #expect(try await storage.freeBytes() == nil)
        }
    }

    @Test func listsComeInPages() async throws {
        try await with { storage, client, _ in
            let segments = try (0..<1100).map { try segment($0 % 550, film: 1 + $0 / 550) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, one) in segments.enumerated() {
                    if number >= 16 { try await group.next() }
                    group.addTask { try await storage.put(one, content(one, 100)) }
                }
                try await group.waitForAll()
            }
            // Somebody else's object below the same prefix.
            try await client.put("vod-1/readme.txt", Array("x".utf8), contentType: "text/plain")
            let first = try await storage.list(after: nil)
            let second = try await storage.list(after: first.next)
            #expect(first.next != nil && second.next == nil)
            let all = first.entries + second.entries
            #expect(Set(all.map(\.segment)) == Set(segments) && all.count == segments.count)
            #expect(all.allSatisfy { $0.byteCount == 100 && $0.modified > 1_700_000_000_000 })
            try await storage.delete(segments)
            #expect(try await storage.list(after: nil).entries.isEmpty)
        }
    }

    @Test func presignedURLsAndTheirOriginsWork() async throws {
        try await with { storage, client, server in
            await storage.allowOrigins()
            let one = try segment(3)
            try await storage.put(one, content(one))
            let now = Int64(Date.now.timeIntervalSince1970 * 1000)
            let url = client.bucket.presigner(now: now, lasting: 172_800).url(one.path)
            let answer = try await SimpleHTTP.send("GET", url, headers: [("origin", "https://app.example.com")])
            #expect(answer.status == 200 && ByteBuffer(bytes: answer.body) == content(one))
            let rules = try await SimpleHTTP.send("GET", "\(server.url)/films?cors")
            #expect(rules.text.contains("<AllowedOrigin>https://app.example.com</AllowedOrigin>"))
        }
    }

    @Test func aServerThatIsAwayIsToldApartFromOneThatRefuses() async throws {
        let one = try segment(0)
        try await with { storage, _, server in
            let elsewhere = environment(server, ["SEGMENT_STORE_URL": "s3://nobody"])
            let other = S3Storage(
                try S3Client(try S3Bucket(Settings(environment: elsewhere))), origins: [], logger: quietLogger())
            await #expect { _ = try await other.get(one) } throws: { ($0 as? StorageError)?.code == .refused }
            await #expect { try await other.put(one, content(one)) } throws: {
                ($0 as? StorageError)?.code == .refused
            }
            try await server.kill()
            await #expect { _ = try await storage.get(one) } throws: { error in
                let text = "\(error)"
                return (error as? StorageError)?.code == .unavailable && !text.contains("127.0.0.1")
            }
        }
    }

    /// Three stores on one bucket; one is killed in the middle of its work.
    @Test func threeStoresShareABucketAndOneIsKilled() async throws {
        try await Ground.with { ground in
            try await MotoServer.with { server in
                try await server.makeFirstBucket("films")
                func start(_ name: String) throws -> ChildProcess {
                    try ChildProcess(
                        try BuiltProduct.path("SegmentStore"), [],
                        environment: environment(
                            server,
                            [
                                "REDIS_URL": ground.server.url, "REDIS_KEY_PREFIX": ground.keys.prefix,
                                "ADMIN_PORT": "0",
                                "REAP_INTERVAL": "100ms", "INSTANCE_ID": name,
                            ]))
                }
                let stores = try ["one", "two", "three"].map { try start($0) }
                let segments = try (0..<240).map { try segment($0 % 60, film: 1 + $0 / 60) }
                for part in stride(from: 0, to: 240, by: 40) {
                    try await ground.announce(Array(segments[part..<part + 40]), bytes: 50_000)
                    if part == 80 {
                        try await eventually { try await ground.index.byteCount() > 100_000 }
                        stores[0].signal(SIGKILL)
                    }
                }
                try await stores[0].waitForExit()
                try await eventually(within: .seconds(90)) {
                    var count = 0
                    for film in 1...4 {
                        count += try await ground.stored.stored(try segment(0, film: film).group).count
                    }
                    return count == segments.count
                }
                // Loaded back by whoever is left, byte for byte.
                for one in segments { _ = try await ground.redis.send(["DEL", .text(ground.mediaKey(one))]) }
                let wanted = stride(from: 0, to: 240, by: 7).map { segments[$0] }
                try await eventually {
                    try await ground.stored.wishLoad(wanted, patience: .seconds(5), request: "r")
                    for one in wanted where try await !ground.exists(ground.mediaKey(one)) { return false }
                    return true
                }
                for one in wanted {
                    let reply = try await ground.redis.send(["GET", .text(ground.mediaKey(one))])
                    #expect(reply.bytes == content(one, 50_000))
                }
                // What one of them knows, all know; what was reserved by the dead one is found out by a look.
                let client = try S3Client(try S3Bucket(Settings(environment: environment(server))))
                let parts = try ground.parts(S3Storage(client, origins: [], logger: quietLogger()))
                try await StorageWatch(parts: parts, room: RoomMaker(parts: parts), isOwn: false)
                    .look(settling: .seconds(-1))
                #expect(try await ground.index.byteCount() == 240 * 50_000)
                for store in stores[1...] { #expect(try await store.stop() == 0) }
                await client.shutdown()
            }
        }
    }

    @Test func aServerThatStumblesIsAskedAgain() async throws {
        let count = WatchedValue(0)
        try await ScriptedHTTPServer.with { _ in
            count.change { $0 += 1 }
            return count.value < 3 ? [.response(503, body: "<Error><Code>SlowDown</Code></Error>")] : [.response(200)]
        } _: { server in
            let settings = [
                "SEGMENT_STORE_URL": "s3://films", "S3_ENDPOINT": server.url(""), "AWS_ACCESS_KEY_ID": "key",
                "AWS_SECRET_ACCESS_KEY": "secret-secret",
            ]
            let client = try S3Client(try S3Bucket(Settings(environment: settings)))
            try await client.put("a.ts", [1, 2, 3], contentType: "video/mp2t")
            #expect(server.requestCount("/films/a.ts") == 3)
            let sent = try #require(server.requests.last)
            #expect(sent.body == [1, 2, 3] && sent.headers["authorization"]?.hasPrefix("AWS4-HMAC-SHA256 ") == true)
            #expect(sent.headers["x-amz-content-sha256"] == SigV4.hash([1, 2, 3]))
        }
    }

    @Test func aServerThatNeverAnswersIsGivenUp() async throws {
        try await ScriptedHTTPServer.with { _ in
            [.stall]
        } _: { server in
            let bucket = S3Bucket(
                name: "films", prefix: "", region: "r", addressing: .path, endpoint: server.url(""),
                credentials: S3Credentials(accessKey: "k", secretKey: "s"))
            let client = try S3Client(bucket, deadline: .milliseconds(300))
            await #expect { _ = try await client.get("a.ts", limit: 10) } throws: {
                ($0 as? S3Error)?.code == .unavailable
            }
        }
    }
}
