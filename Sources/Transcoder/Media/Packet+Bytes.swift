import CLibav

extension Packet {
    /// A copy of the payload.
    public var bytes: [UInt8] {
        Array(UnsafeBufferPointer(start: pointer.pointee.data, count: Int(pointer.pointee.size)))
    }
}
