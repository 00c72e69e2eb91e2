import CLibav

/// One point of a file where reading can begin.
public struct IndexEntry: Sendable, Hashable {
    /// In the stream's time base.
    public let time: Int64
    /// Byte in the file.
    public let position: Int64
    public let size: Int
    public let isKey: Bool

    public init(time: Int64, position: Int64, size: Int, isKey: Bool) {
        self.time = time
        self.position = position
        self.size = size
        self.isKey = isKey
    }
}

extension Demuxer {
    /// Goes to the key frame of the stream at or before `time` (its time base), as far as the container can tell. Throws
    /// what the source throws; false = the container found no such place, and reading must begin anew.
    public func seek(stream index: Int, to time: Int64) throws -> Bool {
        let result = av_seek_frame(context, Int32(index), time, AVSEEK_FLAG_BACKWARD)
        try throwSourceError()
        return result >= 0
    }

    /// Goes on reading at a byte of the file, where a unit of the container begins: for containers whose units say all that is
    /// needed (MPEG-TS, MPEG-PS, Flash Video). Throws what the source throws; false = it cannot be done.
    public func seek(toByte position: Int64) throws -> Bool {
        let result = av_seek_frame(context, -1, position, AVSEEK_FLAG_BYTE)
        try throwSourceError()
        return result >= 0
    }

    /// The container's own index of a stream, as far as it was read.
    public func index(of index: Int) -> [IndexEntry] {
        guard let stream = stream(index) else { return [] }
        let count = avformat_index_get_entries_count(stream)
        var entries: [IndexEntry] = []
        entries.reserveCapacity(Int(max(0, count)))
        for number in 0..<max(0, count) {
            guard let entry = avformat_index_get_entry(stream, number) else { break }
            entries.append(
                IndexEntry(
                    time: entry.pointee.timestamp, position: entry.pointee.pos, size: Int(dash_index_size(entry)),
                    isKey: dash_index_flags(entry) & AVINDEX_KEYFRAME != 0))
        }
        return entries
    }

    /// Tells the container where a key frame is, found by other means, so that `seek` need not look for it.
    public func addIndex(_ entry: IndexEntry, to index: Int) {
        guard let stream = stream(index) else { return }
        av_add_index_entry(
            stream, entry.position, entry.time, Int32(clamping: entry.size), 0, entry.isKey ? AVINDEX_KEYFRAME : 0)
    }

    /// What the container tells of a stream; nil = there is no such stream.
    public func details(of index: Int) -> StreamDetails? { stream(index).map { StreamDetails($0) } }
}

extension Demuxer {
    /// Only these streams' packets are wanted from now on.
    public func select(streams wanted: Set<Int>) {
        for number in streams.indices {
            stream(number)?.pointee.discard = wanted.contains(number) ? AVDISCARD_DEFAULT : AVDISCARD_ALL
        }
    }
}
