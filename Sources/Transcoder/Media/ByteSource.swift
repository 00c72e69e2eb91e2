/// Where a demuxer gets its bytes from. It is called only on the thread that calls the demuxer.
public protocol ByteSource: AnyObject {
    /// Fills the front of `buffer` (never empty) and returns how many bytes it wrote; 0 = the end.
    ///
    /// Blocks until there is something. What it throws is thrown by the demuxer's `readPacket()` or `init`, as it is:
    /// this is how a cancelled or stalled source stops a blocked demuxer.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int

    /// How long a source that is well may keep a read waiting, as where segments come one by one. Asked for once, before the
    /// first read.
    var longestPause: Duration { get }

    /// Bytes in all, if known. Live sources have none.
    var size: Int64? { get }

    /// Moves to an absolute position in bytes; false = this source cannot seek.
    func seek(to position: Int64) throws -> Bool
    /// Whether `seek(to:)` can work at all. Fixed for the life of the source.
    var isSeekable: Bool { get }
}

extension ByteSource {
    public var longestPause: Duration { .zero }
    public var size: Int64? { nil }
    public var isSeekable: Bool { false }
    public func seek(to position: Int64) throws -> Bool { false }
}
