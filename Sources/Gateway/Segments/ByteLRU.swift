import NIOCore

/// Least-recently-used cache of byte buffers, bounded by their total size. A value type without IO; every operation O(1).
///
/// Overflow drops the least recently used. A buffer larger than the whole cache is not kept.
struct ByteLRU<Key: Hashable & Sendable>: Sendable {
    private struct Node: Sendable {
        var key: Key
        var bytes: ByteBuffer
        var newer: Int?
        var older: Int?
    }

    let capacity: Int
    private(set) var byteCount = 0
    /// Entries dropped for want of room, since the start.
    private(set) var evictions = 0
    private var slots: [Key: Int] = [:]
    private var nodes: [Node] = []
    private var newest: Int?
    private var oldest: Int?

    /// - Parameter capacity: bytes.
    init(capacity: Int) { self.capacity = capacity }

    var count: Int { nodes.count }

    /// The bytes, which are now the most recently used.
    mutating func get(_ key: Key) -> ByteBuffer? {
        guard let slot = slots[key] else { return nil }
        unlink(slot)
        linkNewest(slot)
        return nodes[slot].bytes
    }

    mutating func set(_ key: Key, _ bytes: ByteBuffer) {
        if let slot = slots[key] { remove(slot) }
        guard bytes.readableBytes <= capacity else { return }
        while byteCount + bytes.readableBytes > capacity, let oldest {
            remove(oldest)
            evictions += 1
        }
        nodes.append(Node(key: key, bytes: bytes))
        slots[key] = nodes.count - 1
        byteCount += bytes.readableBytes
        linkNewest(nodes.count - 1)
    }

    /// Unlinks a node and moves the last one into its place, so that the array has no holes.
    private mutating func remove(_ slot: Int) {
        unlink(slot)
        slots[nodes[slot].key] = nil
        byteCount -= nodes[slot].bytes.readableBytes
        let last = nodes.removeLast()
        guard slot < nodes.count else { return }
        nodes[slot] = last
        slots[last.key] = slot
        if let newer = last.newer { nodes[newer].older = slot } else { newest = slot }
        if let older = last.older { nodes[older].newer = slot } else { oldest = slot }
    }

    private mutating func unlink(_ slot: Int) {
        let (newer, older) = (nodes[slot].newer, nodes[slot].older)
        if let newer { nodes[newer].older = older } else { newest = older }
        if let older { nodes[older].newer = newer } else { oldest = newer }
        nodes[slot].newer = nil
        nodes[slot].older = nil
    }

    private mutating func linkNewest(_ slot: Int) {
        nodes[slot].older = newest
        if let newest { nodes[newest].newer = slot } else { oldest = slot }
        newest = slot
    }
}
