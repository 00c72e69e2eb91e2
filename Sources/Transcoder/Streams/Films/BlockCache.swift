import FoundationEssentials
import Logging
import Metrics
import Synchronization

/// Blocks of films on disk, so that nothing is fetched twice: one bounded cache for all titles of a worker.
///
/// Blocks unused for longest go first. It lasts as long as the process: what an earlier one left is removed at start. A disk
/// that is full or broken costs bandwidth, never playback: blocks are then just not kept.
///
/// Blocking file access: called on media and reader threads only.
final class BlockCache: Sendable {
    struct Name: Sendable, Hashable {
        let film: String
        /// Tells versions of one film apart.
        let source: String
        let block: Int
    }

    private struct Entry {
        var bytes: Int
        var lastUse: UInt64
    }

    private struct Books {
        var entries: [Name: Entry] = [:]
        var bytes: Int64 = 0
        var clock: UInt64 = 0
        var hasFailed = false
    }

    private let directory: String
    private let maximumBytes: Int64
    private let logger: Logger
    private let books = Mutex(Books())
    private let bytesGauge = Gauge(label: "film_cache_bytes")
    private let evictions = Counter(label: "film_cache_evicted_blocks_total")

    /// - Parameter directory: made if it is not there; everything in it belongs to this cache.
    init(directory: String, maximumBytes: Int64, logger: Logger) throws {
        self.directory = directory
        self.maximumBytes = maximumBytes
        self.logger = logger
        try? FileManager.default.removeItem(atPath: directory)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func contains(_ name: Name) -> Bool { books.withLock { $0.entries[name] != nil } }

    /// `nil`: it has to be fetched.
    func block(_ name: Name) -> [UInt8]? {
        let size = books.withLock { books -> Int? in
            books.clock += 1
            books.entries[name]?.lastUse = books.clock
            return books.entries[name]?.bytes
        }
        guard let size else { return nil }
        guard let data = FileManager.default.contents(atPath: path(name)), data.count == size else {
            forget(name)
            return nil
        }
        return [UInt8](data)
    }

    func store(_ bytes: [UInt8], as name: Name) {
        guard Int64(bytes.count) <= maximumBytes, !contains(name) else { return }
        makeRoom(for: bytes.count)
        do {
            let folder = path(of: name)
            if !FileManager.default.fileExists(atPath: folder) {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            }
            try Data(bytes).write(to: URL(filePath: path(name)))
        } catch {
            let isNew = books.withLock { books in
                defer { books.hasFailed = true }
                return !books.hasFailed
            }
            if isNew {
                logger.warning("Film blocks cannot be kept on disk; films are fetched again when they are needed")
            }
            return
        }
        let total = books.withLock { books in
            books.clock += 1
            books.hasFailed = false
            if books.entries.updateValue(Entry(bytes: bytes.count, lastUse: books.clock), forKey: name) == nil {
                books.bytes += Int64(bytes.count)
            }
            return books.bytes
        }
        bytesGauge.record(total)
    }

    private func makeRoom(for bytes: Int) {
        let victims = books.withLock { books -> [Name] in
            guard books.bytes + Int64(bytes) > maximumBytes else { return [] }
            // A sixteenth at a time, so that sorting is rare.
            let goal = maximumBytes - max(Int64(bytes), maximumBytes / 16)
            var victims: [Name] = []
            for (name, entry) in books.entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
                guard books.bytes > goal else { break }
                books.bytes -= Int64(entry.bytes)
                books.entries[name] = nil
                victims.append(name)
            }
            return victims
        }
        for name in victims { try? FileManager.default.removeItem(atPath: path(name)) }
        if !victims.isEmpty { evictions.increment(by: Int64(victims.count)) }
    }

    private func forget(_ name: Name) {
        books.withLock { books in
            if let entry = books.entries.removeValue(forKey: name) { books.bytes -= Int64(entry.bytes) }
        }
    }

    private func path(of name: Name) -> String { "\(directory)/\(name.film)-\(name.source)" }
    private func path(_ name: Name) -> String { "\(path(of: name))/\(name.block)" }
}
