import CHeap

/// How malloc treats the gateway's large blocks, of which nearly all are segments.
enum HeapSettings {
    /// Bytes from which a block is a mapping of its own, which goes back to the system when it is freed. malloc begins with this limit and
    /// raises it to the largest block that was freed (mallopt(3), `M_MMAP_THRESHOLD`): segments then share heaps with what stays, and leave
    /// holes there. Whoever sets it keeps it.
    private static let ownMapping: Int32 = 128 * 1024

    /// To be called first of all.
    static func apply() { _ = dash_heap_map_from(ownMapping) }
}
