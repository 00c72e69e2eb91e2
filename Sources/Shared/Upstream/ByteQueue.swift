/// Bytes that have come and are not read yet: append at the end, take from the front.
///
/// Elastic: libcurl may deliver many buffers in one go. Its owner bounds it by pausing the transfer.
struct ByteQueue {
    private var storage: [UInt8] = []
    private var start = 0

    /// Memory kept for the next burst; more is given back when the queue runs empty.
    private static let keptCapacity = 1 << 20

    var count: Int { storage.count - start }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        if start > 0, storage.count + bytes.count > storage.capacity {
            storage.removeFirst(start)
            start = 0
        }
        storage.append(contentsOf: bytes)
    }

    /// Moves as much as fits into `target`; returns how much that was.
    mutating func take(into target: UnsafeMutableRawBufferPointer) -> Int {
        let taken = min(count, target.count)
        guard taken > 0 else { return 0 }
        storage.withUnsafeBytes {
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<(start + taken)]))
        }
        start += taken
        if isEmpty { removeAll() }
        return taken
    }

    mutating func removeAll() {
        storage.removeAll(keepingCapacity: storage.capacity <= Self.keptCapacity)
        start = 0
    }
}
