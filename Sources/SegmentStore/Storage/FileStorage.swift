import Contracts
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Segments as files, `vod-1906/<version>/720p/12.ts` below one directory that belongs to this service.
///
/// All file access blocks threads of an own pool, never the cooperative pool. At most `maximumWaiting` calls wait for it;
/// more are refused as `unavailable`.
final class FileStorage: SegmentStorage, Service {
    private static let threads = 4
    private static let maximumWaiting = 256

    private let tree: FileTree
    private let pool: NIOThreadPool
    private let waiting = WaitingCount(maximum: FileStorage.maximumWaiting)

    /// - Parameters:
    ///   - directory: made if it is not there.
    ///   - minimumFree: bytes of the disk that are left free for others.
    init(directory: String, minimumFree: Int64) {
        tree = FileTree(root: directory, minimumFree: minimumFree)
        pool = NIOThreadPool(numberOfThreads: Self.threads)
        pool.start()
    }

    deinit { pool.shutdownGracefully { _ in } }

    /// Ends the threads when everything that uses them has ended.
    func run() async throws {
        try? await gracefulShutdown()
        try await pool.shutdownGracefully()
    }

    func prepare() async throws(StorageError) {
        try await perform { tree throws(StorageError) in try tree.prepare() }
    }

    func put(_ segment: StoredSegment, _ bytes: ByteBuffer) async throws(StorageError) {
        try await perform { tree throws(StorageError) in try tree.write(bytes, to: segment) }
    }

    func get(_ segment: StoredSegment) async throws(StorageError) -> ByteBuffer? {
        try await perform { tree throws(StorageError) in try tree.read(segment) }
    }

    func delete(_ segments: [StoredSegment]) async throws(StorageError) {
        // A part at a time, so that reads and writes get their turn.
        for start in stride(from: 0, to: segments.count, by: 500) {
            let part = segments[start..<min(start + 500, segments.count)]
            try await perform { tree throws(StorageError) in try tree.remove(part) }
        }
    }

    /// A page is a few films.
    func list(after token: String?) async throws(StorageError) -> StoragePage {
        try await perform { tree throws(StorageError) in try tree.list(after: token) }
    }

    func freeBytes() async throws(StorageError) -> Int64? {
        try await perform { tree throws(StorageError) in try tree.freeBytes() }
    }

    private func perform<Value: Sendable>(
        _ body: @escaping @Sendable (FileTree) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        guard waiting.enter() else { throw StorageError(.unavailable, "too many file accesses wait") }
        defer { waiting.leave() }
        let tree = tree
        do {
            return try await pool.runIfActive { try body(tree) }
        } catch let error as StorageError {
            throw error
        } catch is CancellationError {
            throw StorageError(.cancelled, "the file access was cancelled")
        } catch {
            throw StorageError(.unavailable, "the service stops")
        }
    }
}
