import Contracts
import Media

@testable import VOD

/// A film's file as its one reader fetches it: in whole blocks, none of them twice, by ranges that grow while they follow
/// each other. Counts both.
final class BlockSource: RandomAccessSource {
    let size: Int64
    private let file: FileSource
    private var blocks: [Int64: [UInt8]] = [:]
    /// What is left of the range under way, and its length in blocks.
    private var underWay: Range<Int64> = 0..<0
    private var length: Int64 = 0
    private(set) var ranges = 0

    private static let block = Int64(FilmPiece.sourceBlock)

    init(_ file: FileSource) {
        self.file = file
        size = file.size
    }

    var blocksFetched: Int { blocks.count }

    /// Blocks stay; only the count begins anew.
    func count() { ranges = 0 }

    func read(at position: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard position < size else { return 0 }
        let index = position / Self.block
        let bytes = try blocks[index] ?? fetch(index)
        let offset = Int(position - index * Self.block)
        let count = min(buffer.count, bytes.count - offset)
        bytes.withUnsafeBytes {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count]))
        }
        return count
    }

    private func fetch(_ index: Int64) throws -> [UInt8] {
        if underWay.lowerBound != index || underWay.isEmpty {
            length = underWay.lowerBound == index && underWay.isEmpty ? min(16, 2 * max(1, length)) : 2
            underWay = index..<index + length
            ranges += 1
        }
        underWay = index + 1..<max(index + 1, underWay.upperBound)
        let bytes = try file.bytes(at: index * Self.block, count: Int(min(Self.block, size - index * Self.block)))
        blocks[index] = bytes
        return bytes
    }
}
