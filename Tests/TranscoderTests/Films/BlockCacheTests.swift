import Foundation
import Logging
import Testing

@testable import Transcoder

/// Blocks of films on disk.
@Suite struct BlockCacheTests {
    private func cache(_ maximumBytes: Int64) throws -> (BlockCache, URL) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "blocks-\(UUID())")
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return (try BlockCache(directory: folder.path(), maximumBytes: maximumBytes, logger: logger), folder)
    }

    private func name(_ block: Int, _ source: String = "a") -> BlockCache.Name {
        BlockCache.Name(film: "vod-1", source: source, block: block)
    }

    @Test func whatIsStoredComesBackAndVersionsAreApart() throws {
        let (cache, _) = try cache(1 << 20)
        cache.store([1, 2, 3], as: name(0))
        cache.store([4], as: name(0, "b"))
        #expect(cache.block(name(0)) == [1, 2, 3] && cache.block(name(0, "b")) == [4])
        #expect(cache.block(name(1)) == nil)
    }

    @Test func theLimitHoldsAndWhatIsUsedStays() throws {
        let (cache, folder) = try cache(100_000)
        let block = [UInt8](repeating: 7, count: 10_000)
        for index in 0..<50 {
            cache.store(block, as: name(index))
            _ = cache.block(name(0))
        }
        #expect(cache.contains(name(0)) && cache.contains(name(49)) && !cache.contains(name(20)))
        let files = try #require(FileManager.default.subpaths(atPath: folder.path())).filter { !$0.hasSuffix("-a") }
        #expect(files.count <= 10 && files.count >= 8)
    }

    @Test func aFileThatWasTamperedWithIsNotBelieved() throws {
        let (cache, folder) = try cache(1 << 20)
        cache.store([1, 2, 3], as: name(0))
        try Data([1]).write(to: folder.appending(path: "vod-1-a/0"))
        #expect(cache.block(name(0)) == nil && !cache.contains(name(0)))
    }

    @Test func anEarlierProcessLeavesNothing() throws {
        let (first, folder) = try cache(1 << 20)
        first.store([1], as: name(0))
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let second = try BlockCache(directory: folder.path(), maximumBytes: 1 << 20, logger: logger)
        #expect(second.block(name(0)) == nil)
        #expect(FileManager.default.subpaths(atPath: folder.path()) == [])
    }
}
