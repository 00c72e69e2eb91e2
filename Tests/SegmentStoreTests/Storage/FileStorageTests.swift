import Contracts
import Foundation
import NIOCore
import TestSupport
import Testing

@testable import SegmentStore

struct FileStorageTests {
    private func with(_ minimumFree: Int64 = 0, _ body: (FileStorage, String) async throws -> Void) async throws {
        try await withDirectory { directory in
            let storage = FileStorage(directory: directory, minimumFree: minimumFree)
            try await storage.prepare()
            try await body(storage, directory)
        }
    }

    @Test func whatIsPutIsThere() async throws {
        try await with { storage, directory in
            let segments = [
                try segment(-1, "720p.mp4"), try segment(0), try segment(7, film: 2), try segment(1, "subs-eng"),
            ]
            for one in segments {
                #expect(try await storage.get(one) == nil)
                try await storage.put(one, content(one))
                try await storage.put(one, content(one))
                #expect(try await storage.get(one) == content(one))
                #expect(FileManager.default.fileExists(atPath: "\(directory)/\(one.path)"))
            }
            try await storage.delete([segments[1], segments[1], try segment(99)])
            #expect(try await storage.get(segments[1]) == nil)
            try await storage.delete(segments)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == [".writing"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(directory)/.writing").isEmpty)
        }
    }

    /// What is not listed counts as gone, and is made anew: a disk that is not mounted must not look empty.
    @Test func aDirectoryThatIsNotThereIsNoEmptyOne() async throws {
        try await with { storage, directory in
            #expect(try await storage.list(after: nil).entries.isEmpty)
            try FileManager.default.removeItem(atPath: "\(directory)/.writing")
            await #expect(throws: StorageError.self) { try await storage.list(after: nil) }
            try FileManager.default.removeItem(atPath: directory)
            await #expect(throws: StorageError.self) { try await storage.list(after: nil) }
            // It comes back with the next segment.
            let one = try segment(0)
            try await storage.put(one, content(one))
            #expect(try await storage.list(after: nil).entries.map(\.segment) == [one])
        }
    }

    @Test func listsComeInPagesWithGroupsTogether() async throws {
        try await with { storage, directory in
            var all: Set<String> = []
            for film in 1...9 {
                for rendition in ["360p", "720p"] {
                    for index in 0..<150 {
                        let one = try segment(index, film: film, rendition)
                        try await storage.put(one, content(one, 100))
                        all.insert(one.path)
                    }
                }
            }
            for junk in ["notes.txt", "vod-1/0123456789ab/720p/readme", "vod-1/0123456789ab/720p/00.ts"] {
                try "x".write(toFile: "\(directory)/\(junk)", atomically: true, encoding: .utf8)
            }
            var seen: [StoredSegment] = []
            var token: String?
            var pages = 0
            repeat {
                let page = try await storage.list(after: token)
                seen += page.entries.map(\.segment)
                #expect(page.entries.allSatisfy { $0.byteCount == 100 && $0.modified > 1_700_000_000_000 })
                token = page.next
                pages += 1
            } while token != nil
            #expect(pages > 1)
            #expect(seen.count == all.count && Set(seen.map(\.path)) == all, "each once, and nothing that is not ours")
            let turns = zip(seen, seen.dropFirst()).filter { $0.group != $1.group }.count
            #expect(turns == 17, "18 groups, each in one piece")
        }
    }

    @Test func nonsenseIsRefused() async throws {
        try await with { storage, directory in
            let one = try segment(0)
            for bytes in [ByteBuffer(), ByteBuffer(repeating: 0, count: StorageError.largestSegment + 1)] {
                await #expect { try await storage.put(one, bytes) } throws: {
                    ($0 as? StorageError)?.code == .badSegment
                }
            }
            #expect(try await storage.get(one) == nil)
        }
        // A file where the directory should be.
        try await withDirectory { directory in
            try "x".write(toFile: "\(directory)/file", atomically: true, encoding: .utf8)
            let storage = FileStorage(directory: "\(directory)/file", minimumFree: 0)
            await #expect(throws: StorageError.self) { try await storage.prepare() }
            let one = try segment(0)
            await #expect(throws: StorageError.self) { try await storage.put(one, content(one)) }
        }
    }

    @Test func theFloorOfFreeSpaceIsKept() async throws {
        try await with(1 << 50) { storage, _ in
            let one = try segment(0)
            #expect(try await storage.freeBytes() == 0)
            await #expect { try await storage.put(one, content(one)) } throws: { ($0 as? StorageError)?.code == .full }
        }
    }

    @Test func tooManyCallersAreTurnedAway() async throws {
        try await with { storage, _ in
            let one = try segment(0)
            let bytes = content(one, 1 << 20)
            let outcomes = await withTaskGroup(of: StorageError?.self) { group in
                for _ in 0..<600 {
                    group.addTask {
                        do throws(StorageError) {
                            try await storage.put(one, bytes)
                            return nil
                        } catch { return error }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.contains { $0 == nil })
            #expect(outcomes.compactMap { $0 }.allSatisfy { $0.code == .unavailable })
            #expect(try await storage.get(one) == bytes)
        }
    }
}
