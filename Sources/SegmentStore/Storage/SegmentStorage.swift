import Contracts
import NIOCore

/// Where segments lie: a disk or a bucket. Knows nothing of films, viewers or limits.
///
/// A segment is there whole or not at all, whatever dies while it is written. All methods may be called from any task at once.
protocol SegmentStorage: Sendable {
    /// Returns when the segment will survive a crash. The same name again writes the same bytes.
    func put(_ segment: StoredSegment, _ bytes: ByteBuffer) async throws(StorageError)

    /// `nil`: it is not there.
    func get(_ segment: StoredSegment) async throws(StorageError) -> ByteBuffer?

    /// What is not there counts as deleted.
    func delete(_ segments: [StoredSegment]) async throws(StorageError)

    /// A part of everything that is there; segments of one `StoredGroup` stand together, in one page or in neighbours.
    /// - Parameter token: `StoragePage.next` of the page before; `nil`: the first page.
    func list(after token: String?) async throws(StorageError) -> StoragePage

    /// Bytes that may still be written; `nil`: nobody knows a bound.
    func freeBytes() async throws(StorageError) -> Int64?

    /// Makes ready what writing and reading need, and removes what interrupted writes have left. Once, before all else.
    func prepare() async throws(StorageError)
}

/// One page of a list.
struct StoragePage: Sendable {
    struct Entry: Sendable, Equatable {
        let segment: StoredSegment
        let byteCount: Int64
        /// Unix ms of its last writing.
        let modified: Int64
    }

    var entries: [Entry] = []
    /// `nil`: that was the last page.
    var next: String?
}
