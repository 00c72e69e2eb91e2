/// A file of known size of which any part can be read, wherever it lies: on disk, in a block cache, behind Range requests.
///
/// Called on one thread at a time, the one that uses it. What it throws comes out, as it is, of whoever reads through it:
/// this is how a cancelled or stalled source stops a film's work.
public protocol RandomAccessSource: AnyObject {
    /// Bytes in all.
    var size: Int64 { get }

    /// Fills the front of `buffer` (never empty) with what lies at `position` (0 or more) and returns how many bytes it
    /// wrote; 0 = at or past the end. Blocks until there is something.
    func read(at position: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// A random-access source as a demuxer reads it: from a position on. Seeking costs nothing until the next read.
public final class SeekableBytes: ByteSource {
    private let source: any RandomAccessSource
    private var position: Int64 = 0

    public init(_ source: any RandomAccessSource) { self.source = source }

    public var size: Int64? { source.size }
    public var isSeekable: Bool { true }

    public func seek(to position: Int64) -> Bool {
        self.position = position
        return true
    }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = try source.read(at: position, into: buffer)
        position += Int64(count)
        return count
    }
}
