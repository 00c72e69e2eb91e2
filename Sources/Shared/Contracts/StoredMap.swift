import NIOCore

/// Which segments of one rendition are stored, as the bitmap in Redis says: most significant bit first, bit `index + 1`.
public struct StoredMap: Sendable, Equatable {
    /// As Redis keeps it.
    public private(set) var bytes: ByteBuffer

    /// - Parameter bytes: `nil`: nothing is stored.
    public init(bytes: ByteBuffer?) { self.bytes = bytes ?? ByteBuffer() }

    public init(indices: some Sequence<Int>) {
        bytes = ByteBuffer()
        var map: [UInt8] = []
        for index in indices where (-1...StoredSegment.maximumIndex).contains(index) {
            let (byte, shift) = (index + 1).quotientAndRemainder(dividingBy: 8)
            if map.count <= byte { map += Array(repeating: 0, count: byte + 1 - map.count) }
            map[byte] |= 0x80 >> UInt8(shift)
        }
        bytes.writeBytes(map)
    }

    /// - Parameter index: −1 is the init fragment.
    public func contains(_ index: Int) -> Bool {
        guard index >= -1 else { return false }
        let (byte, shift) = (index + 1).quotientAndRemainder(dividingBy: 8)
        guard let value = bytes.getInteger(at: bytes.readerIndex + byte, as: UInt8.self) else { return false }
        return value & (0x80 >> UInt8(shift)) != 0
    }

    /// How many are stored.
    public var count: Int { bytes.readableBytesView.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// In order.
    public var indices: [Int] { (-1..<max(-1, bytes.readableBytes * 8 - 1)).filter(contains) }
}
