import Media

/// Passes a transport stream on up to where one of its PIDs changes its codec; there it reports the end, until `reopen()`.
///
/// So a demuxer, which cannot follow such a change, gives out all that it has, and a new one goes on with the program tables
/// and every byte after them. At most one read and a packet are held. On the source thread only.
final class ProgramGate: ByteSource {
    private static let sync: UInt8 = 0x47

    private let source: any ByteSource
    private var watch = ProgramWatch()
    private var held: [UInt8] = []
    /// Bytes at the front of `held` that were given out, and those that may be.
    private var given = 0
    private var cleared = 0
    private var isClosed = false

    init(_ source: any ByteSource) { self.source = source }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while given == cleared, !isClosed {
            let count = try source.read(into: buffer)
            held.removeFirst(given)
            (given, cleared) = (0, 0)
            held += buffer[..<count]
            look()
            // The end: nothing completes what is left.
            if count == 0 { break }
        }
        if given == cleared, !isClosed { cleared = held.count }
        let count = min(buffer.count, cleared - given)
        buffer.copyBytes(from: held[given..<(given + count)])
        given += count
        return count
    }

    /// Goes on after a change. False: what ended was the source.
    func reopen() -> Bool {
        guard isClosed else { return false }
        isClosed = false
        watch = ProgramWatch()
        look()
        return true
    }

    private func look() {
        let size = ProgramWatch.packetSize
        while cleared + size <= held.count {
            let next = cleared + size
            guard held[cleared] == Self.sync, next == held.count || held[next] == Self.sync else {
                cleared += 1
                continue
            }
            if watch.isChange(held[cleared..<next]) {
                held.replaceSubrange(cleared..<next, with: watch.tables)
                isClosed = true
                return
            }
            cleared = next
        }
    }
}
