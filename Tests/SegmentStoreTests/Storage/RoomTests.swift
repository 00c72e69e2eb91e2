import Contracts
import Foundation
import NIOCore
import Redis
import Runtime
import TestSupport
import Testing

@testable import SegmentStore

/// Limits of storage, with real files.
struct RoomTests {
    /// 1,000 titles of 20 KB each, 4 MiB to keep them in; every tenth title is popular, and has come first.
    @Test func aThousandTitlesStayBelowTheLimitAndThePopularOnesStay() async throws {
        try await Ground.with { ground in
            try await withDirectory { directory in
                let limit: Int64 = 4 << 20
                let popular = (1...1000).filter { $0 % 10 == 0 }, others = (1...1000).filter { $0 % 10 != 0 }
                for film in popular {
                    let score = "60 60.000000 \(Int64(Date.now.timeIntervalSince1970 * 1000))"
                    _ = try await ground.redis.send([
                        "HSET", .text(ground.keys.popularity), .text("vod-\(film)"), .text(score),
                    ])
                }
                let settings = [
                    "SEGMENT_STORE_URL": "file://\(directory)", "SEGMENT_STORE_MIN_FREE": "0",
                    "SEGMENT_STORE_MAX_BYTES": String(limit),
                ]
                try await ground.running([try await ground.host("s1", settings)]) {
                    for films in [popular, others] {
                        for start in stride(from: 0, to: films.count, by: 100) {
                            let segments = try films[start..<min(start + 100, films.count)].flatMap { film in
                                try (0..<5).map { try segment($0, film: film) }
                            }
                            try await ground.announce(segments, bytes: 4000)
                            try await eventually { try await ground.isDrained(["s1"]) }
                            #expect(try Self.bytes(in: directory) <= limit)
                        }
                    }
                    #expect(try await ground.index.byteCount() <= limit)
                    for film in popular {
                        #expect(
                            try await ground.stored.stored(try segment(0, film: film).group).count == 5, "film \(film)")
                    }
                    let files = try Self.bytes(in: directory)
                    let counted = try await ground.index.byteCount()
                    #expect(files == counted, "index and disk agree")
                    #expect(files > limit * 3 / 4, "the room is used")
                }
            }
        }
    }

    /// A gibibyte for the 1.2 GB of 1,000 titles that lie there already (as sparse files), and then 60 more, which are dearer to make.
    @Test func aGibibyteIsAGibibyte() async throws {
        try await Ground.with { ground in
            try await withDirectory { directory in
                let limit: Int64 = 1 << 30, size = 600_000
                try FileTree(root: directory, minimumFree: 0).prepare()
                for film in 1...1000 {
                    for one in [try segment(0, film: film), try segment(1, film: film)] {
                        try Self.makeSparse("\(directory)/\(one.path)", bytes: size)
                    }
                    guard film % 10 == 0 else { continue }
                    let score = "60 60.000000 \(Int64(Date.now.timeIntervalSince1970 * 1000))"
                    _ = try await ground.redis.send([
                        "HSET", .text(ground.keys.popularity), .text("vod-\(film)"), .text(score),
                    ])
                }
                #expect(try Self.bytes(in: directory) > limit)
                let settings = [
                    "SEGMENT_STORE_URL": "file://\(directory)", "SEGMENT_STORE_MIN_FREE": "0",
                    "SEGMENT_STORE_MAX_BYTES": String(limit),
                ]
                try await ground.running([try await ground.host("s1", settings)]) {
                    try await eventually {
                        let files = try Self.bytes(in: directory)
                        let counted = try await ground.index.byteCount()
                        return files <= limit && counted == files
                    }
                    for start in stride(from: 1001, through: 1060, by: 20) {
                        let segments = try (start..<start + 20).flatMap { film in
                            [try segment(0, film: film), try segment(1, film: film)]
                        }
                        try await ground.announce(segments, bytes: size, encode: 5_000)
                        try await eventually { try await ground.isDrained(["s1"]) }
                        #expect(try Self.bytes(in: directory) <= limit)
                    }
                    for film in Array(stride(from: 10, through: 1000, by: 10)) + Array(1001...1060) {
                        let count = try await ground.stored.stored(try segment(0, film: film).group).count
                        #expect(count == 2, "film \(film)")
                    }
                    #expect(try Self.bytes(in: directory) > limit * 3 / 4, "the room is used")
                }
            }
        }
    }

    private static func makeSparse(_ path: String, bytes: Int) throws {
        let folder = URL(filePath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        try file.truncate(atOffset: UInt64(bytes))
        try file.close()
    }

    /// Bytes of all segment files below `directory`.
    private static func bytes(in directory: String) throws -> Int64 {
        let tree = FileTree(root: directory, minimumFree: 0)
        var sum: Int64 = 0
        var token: String?
        repeat {
            let page = try tree.list(after: token)
            sum += page.entries.reduce(0) { $0 + $1.byteCount }
            token = page.next
        } while token != nil
        return sum
    }

    @Test func whatIsPastItsTimeGoes() async throws {
        try await Ground.with { ground in
            try await withDirectory { directory in
                let storage = FileStorage(directory: directory, minimumFree: 0)
                try await storage.prepare()
                let parts = try ground.parts(storage)
                for film in 1...3 {
                    let one = try segment(0, film: film)
                    try await storage.put(one, content(one))
                    _ = try await ground.index.admit(one, byteCount: 1000, limit: 1 << 20)
                    try await ground.index.commit(one, byteCount: 1000, encodeMilliseconds: 1, payload: "", by: "s1")
                }
                let now = try await ground.index.records().now
                for film in [1, 2] {
                    let group = try segment(0, film: film).group
                    let key = ground.keys.storedGroup(group.stream, version: group.version, rendition: "720p")
                    _ = try await ground.redis.send(["HSET", .text(key), "used", .integer(now - 2 * 86_400_000)])
                }
                // Film 1 was viewed ten times: it has a week.
                _ = try await ground.redis.send([
                    "HSET", .text(ground.keys.popularity), "vod-1", .text("10 10.000000 \(now)"),
                ])
                try await RoomMaker(parts: parts).tidy()
                #expect(try await storage.get(try segment(0, film: 1)) != nil)
                #expect(try await storage.get(try segment(0, film: 2)) == nil)
                #expect(try await storage.get(try segment(0, film: 3)) != nil)
                #expect(try await ground.index.byteCount() == 2000)
            }
        }
    }

    @Test func aLoweredLimitIsKeptAtOnce() async throws {
        try await Ground.with { ground in
            try await withDirectory { directory in
                let storage = FileStorage(directory: directory, minimumFree: 0)
                try await storage.prepare()
                for film in 1...30 {
                    let one = try segment(0, film: film)
                    try await storage.put(one, content(one, 100_000))
                    _ = try await ground.index.admit(one, byteCount: 100_000, limit: 1 << 30)
                    try await ground.index.commit(one, byteCount: 100_000, encodeMilliseconds: 1, payload: "", by: "s1")
                }
                let parts = try ground.parts(storage, ["SEGMENT_STORE_MAX_BYTES": "2M"])
                try await RoomMaker(parts: parts).tidy()
                let left = try Self.bytes(in: directory)
                #expect(left <= 2 << 20 && left > 1 << 20)
                let counted = try await ground.index.byteCount()
                #expect(left == counted)
            }
        }
    }

    /// A tmpfs of 2 MB that somebody else fills.
    @Test(.enabled(if: SmallDisk.isPermitted, "no right to mount a tmpfs here"))
    func aFullDiskStopsStoringAndNothingElse() async throws {
        try await Ground.with { ground in
            try await SmallDisk.with(kilobytes: 2048) { directory in
                let filler = "\(directory)/filler"
                let settings = ["SEGMENT_STORE_URL": "file://\(directory)/segments", "SEGMENT_STORE_MIN_FREE": "0"]
                let host = try await ground.host("s1", settings)
                try await ground.running([host]) {
                    let first = try (0..<5).map { try segment($0) }
                    try await ground.announce(first, bytes: 100_000)
                    try await eventually { try await ground.isDrained(["s1"]) }
                    #expect(try await ground.stored.stored(first[0].group).count == 5)
                    let room = try FileTree(root: directory, minimumFree: 0).freeBytes()
                    _ = FileManager.default.createFile(
                        atPath: filler, contents: Data(repeating: 1, count: Int(room) - 40_000))
                    // Worth no more than what is there: it is not stored, and says so.
                    let next = try (0..<5).map { try segment($0, film: 2) }
                    try await ground.announce(next, bytes: 100_000, encode: 1)
                    try await eventually { try await ground.isDrained(["s1"]) }
                    #expect(try await ground.stored.stored(next[0].group).count == 0)
                    #expect(host.runtime.metrics.render().contains("segment_store_storing 0"))
                    // What is stored is served on.
                    _ = try await ground.redis.send(["DEL", .text(ground.mediaKey(first[3]))])
                    try await ground.stored.wishLoad([first[3]], patience: .seconds(10), request: "r")
                    try await eventually { try await ground.exists(ground.mediaKey(first[3])) }
                    // There is room again: storing goes on by itself.
                    try FileManager.default.removeItem(atPath: filler)
                    try await ground.announce(next, bytes: 100_000, encode: 1)
                    try await eventually { try await ground.stored.stored(next[0].group).count == 5 }
                    #expect(host.runtime.metrics.render().contains("segment_store_storing 1"))
                }
            }
        }
    }
}
