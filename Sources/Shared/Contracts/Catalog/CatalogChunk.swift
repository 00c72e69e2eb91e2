import CZlib
import NIOCore

/// Some lines of a list, packed: at most `CatalogLimits.chunk` bytes of them, and one line more.
///
/// Four bytes say how long they are unpacked, so that a reader never makes more room than the limit.
public enum CatalogChunk {
    static let largest = CatalogLimits.chunk + CatalogLine.longest

    /// `nil` for more than a chunk may hold.
    public static func pack(_ lines: [UInt8]) -> ByteBuffer? {
        guard lines.count <= largest else { return nil }
        let room = Int(dash_zlib_bound(Int32(lines.count)))
        var output = [UInt8](repeating: 0, count: room)
        let count = dash_zlib_pack(lines, Int32(lines.count), &output, Int32(room))
        guard count > 0 else { return nil }
        var buffer = ByteBuffer()
        buffer.writeInteger(UInt32(lines.count))
        buffer.writeBytes(output.prefix(Int(count)))
        return buffer
    }

    /// `nil` for what is no chunk.
    public static func unpack(_ chunk: ByteBuffer) -> [UInt8]? {
        var chunk = chunk
        guard let length = chunk.readInteger(as: UInt32.self), length <= largest else { return nil }
        let packed = Array(chunk.readableBytesView)
        let lines = [UInt8](unsafeUninitializedCapacity: Int(length)) { target, count in
            count = Int(dash_zlib_unpack(packed, Int32(packed.count), target.baseAddress, Int32(length)))
        }
        return lines.count == Int(length) ? lines : nil
    }
}
