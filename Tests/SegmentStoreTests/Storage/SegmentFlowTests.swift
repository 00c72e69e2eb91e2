import Contracts
import Foundation
import NIOCore
import NIOPosix
import Redis
import Runtime
import TestSupport
import Testing

@testable import SegmentStore

/// Storing and loading, through the whole service, a real Redis and real files.
struct SegmentFlowTests {
    private func settings(_ directory: String, _ more: [String: String] = [:]) -> [String: String] {
        ["SEGMENT_STORE_URL": "file://\(directory)", "SEGMENT_STORE_MIN_FREE": "0"].merging(more) { $1 }
    }

    /// Listens on a film's channel until `count` hints have come, while `body` runs.
    private func hints(
        _ ground: Ground, film: StreamID, count: Int, _ body: () async throws -> Void
    ) async throws -> Set<String> {
        let subscriber = RedisSubscriber(
            configuration: try RedisConfiguration(url: ground.server.url), group: MultiThreadedEventLoopGroup.singleton,
            logger: quietLogger())
        return try await withRunning([subscriber]) {
            try await subscriber.subscribe(to: [ground.keys.filmChannel(film)]) { messages in
                try await body()
                var seen: Set<String> = []
                while seen.count < count, let event = try await messages.next(within: .seconds(30)) {
                    if case .message(_, let text) = event { seen.insert(text) }
                }
                return seen
            }
        }
    }

    @Test func whatIsAnnouncedIsStoredAndLoadedBack() async throws {
        try await Ground.with { ground in
            try await withDirectory { directory in
                let segments = try (-1..<60).map { try segment($0) } + [try segment(3, "subs-eng")]
                try await ground.running([try await ground.host("s1", settings(directory))]) {
                    try await ground.announce(segments)
                    _ = try await ground.redis.send(["LPUSH", .text(ground.keys.segmentNotices), "nonsense"])
                    try await eventually { try await ground.isDrained(["s1"]) }
                    for one in segments {
                        #expect(try await ground.stored.isStored(one))
                        let file = try Data(contentsOf: URL(filePath: "\(directory)/\(one.path)"))
                        #expect(ByteBuffer(bytes: file) == content(one))
                    }
                    #expect(try await ground.index.byteCount() == Int64(segments.count * 1000))
                    // Announced again, by an owner that did not know.
                    try await ground.announce(segments)
                    try await eventually { try await ground.isDrained(["s1"]) }
                    #expect(try await ground.index.byteCount() == Int64(segments.count * 1000))

                    let wanted = Array(segments[..<20])
                    for one in segments { _ = try await ground.redis.send(["DEL", .text(ground.mediaKey(one))]) }
                    let told = try await hints(ground, film: wanted[0].stream, count: 20) {
                        for _ in 0..<3 {
                            try await ground.stored.wishLoad(wanted, patience: .seconds(10), request: "r")
                        }
                    }
                    #expect(told == Set(wanted.map { "720p|\($0.index)" }))
                    for one in wanted {
                        let reply = try await ground.redis.send(["GET", .text(ground.mediaKey(one))])
                        #expect(reply.bytes == content(one))
                        let left = try await ground.redis.send(["PTTL", .text(ground.mediaKey(one))]).integer
                        #expect((1...60_000).contains(left ?? 0))
                    }
                }
            }
        }
    }

    @Test func whatIsGoneIsSaidAtOnce() async throws {
        try await Ground.with { ground in
            try await withDirectory { directory in
                try await ground.running([try await ground.host("s1", settings(directory))]) {
                    let segments = try (0..<3).map { try segment($0) }
                    try await ground.announce(segments)
                    try await eventually { try await ground.isDrained(["s1"]) }
                    _ = try await ground.redis.send(["DEL", .text(ground.mediaKey(segments[1]))])
                    try FileManager.default.removeItem(atPath: "\(directory)/\(segments[1].path)")
                    let told = try await hints(ground, film: segments[0].stream, count: 2) {
                        try await ground.stored.wishLoad(Array(segments[..<2]), patience: .seconds(10), request: "r")
                    }
                    #expect(told == ["720p|0", "720p|1!"])
                    #expect(try await ground.stored.stored(segments[0].group).indices == [0, 2])
                    // Nobody waits for this one any more; the next one shows that it was passed over.
                    _ = try await ground.redis.send(["DEL", .text(ground.mediaKey(segments[2]))])
                    let last = try await hints(ground, film: segments[0].stream, count: 1) {
                        try await ground.stored.wishLoad([segments[2]], patience: .zero, request: "late")
                        try await ground.stored.wishLoad([segments[0]], patience: .seconds(10), request: "r")
                    }
                    #expect(last == ["720p|0"])
                    #expect(try await !ground.exists(ground.mediaKey(segments[2])))
                }
            }
        }
    }

    @Test func bytesThatAreGoneAreNotStored() async throws {
        try await Ground.with { ground in
            try await withDirectory { directory in
                try await ground.running([try await ground.host("s1", settings(directory))]) {
                    let one = try segment(0), other = try segment(1)
                    try await ground.stored.announce([
                        SegmentNotice(one, byteCount: 1000, encodeMilliseconds: 1),
                        SegmentNotice(other, byteCount: 0, encodeMilliseconds: 1),
                    ])
                    try await eventually { try await ground.isDrained(["s1"]) }
                    #expect(try await ground.index.byteCount() == 0)
                    #expect(try await ground.index.records().records.isEmpty)
                    #expect(try await !ground.stored.isStored(one))
                }
            }
        }
    }

    @Test func anotherStoreFinishesWhatADeadOneBegan() async throws {
        try await Ground.with { ground in
            try await withDirectory { directory in
                let segments = try (0..<5).map { try segment($0) }
                try await ground.announce(segments)
                try await ground.index.notices.register("dead")
                _ = try await ground.index.notices.takeMore(5, by: "dead")
                #expect(try await ground.index.notices.pending("dead").count == 5)
                try await ground.running([try await ground.host("s1", settings(directory))]) {
                    try await eventually { try await ground.stored.stored(segments[0].group).count == 5 }
                    #expect(try await ground.index.notices.pending("dead").isEmpty)
                }
            }
        }
    }

    @Test func theIndexComesBackFromTheFiles() async throws {
        try await Ground.with { ground in
            try await withDirectory { directory in
                let segments = try (0..<30).map { try segment($0, film: 1 + $0 % 3) }
                try await ground.running([try await ground.host("s1", settings(directory))]) {
                    try await ground.announce(segments)
                    try await eventually { try await ground.isDrained(["s1"]) }
                }
                // Redis has forgotten everything, and a write was broken off in the middle.
                _ = try await ground.redis.send(["FLUSHALL"])
                try Data(repeating: 7, count: 10).write(to: URL(filePath: "\(directory)/.writing/half"))
                try await ground.running([try await ground.host("s2", settings(directory))]) {
                    try await eventually { try await ground.index.byteCount() == 30_000 }
                    for one in segments { #expect(try await ground.stored.isStored(one)) }
                    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(directory)/.writing").isEmpty)
                    // Files vanish behind its back: the next look finds out.
                    try FileManager.default.removeItem(atPath: "\(directory)/vod-2")
                    let storage = FileStorage(directory: directory, minimumFree: 0)
                    let parts = try ground.parts(storage)
                    try await StorageWatch(parts: parts, room: RoomMaker(parts: parts), isOwn: true)
                        .look(settling: .seconds(-1))
                    #expect(try await ground.index.byteCount() == 20_000)
                    #expect(try await ground.stored.stored(try segment(0, film: 2).group).count == 0)
                }
            }
        }
    }

    @Test(arguments: ["SEGMENT_STORE_MAX_BYTES", "SEGMENT_STORE_MIN_FREE", "SEGMENT_CACHE_TTL", "SEGMENT_STORE_URL"])
    func aBadSettingIsNamed(name: String) {
        let error = #expect(throws: SettingsError.self) {
            try StorageSettings(Settings(environment: [name: "soon"]))
        }
        #expect(error?.description.hasPrefix("\(name): ") == true)
    }
}
