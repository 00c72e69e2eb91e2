/// "This segment is made, and its bytes are on the media Redis": from a film's owner to the SegmentStore.
public struct SegmentNotice: Contract, Equatable {
    public var v = 1
    public let stream: StreamID
    public let version: String
    public let rendition: String
    public let index: Int
    public let byteCount: Int
    /// CPU milliseconds that it took to make: what is saved each time it need not be made again.
    public let encodeMilliseconds: Int

    public init(
        stream: StreamID, version: String, rendition: String, index: Int, byteCount: Int, encodeMilliseconds: Int
    ) {
        self.stream = stream
        self.version = version
        self.rendition = rendition
        self.index = index
        self.byteCount = byteCount
        self.encodeMilliseconds = encodeMilliseconds
    }

    public init(_ segment: StoredSegment, byteCount: Int, encodeMilliseconds: Int) {
        self.init(
            stream: segment.stream, version: segment.group.version, rendition: segment.group.rendition,
            index: segment.index, byteCount: byteCount, encodeMilliseconds: encodeMilliseconds)
    }

    /// `nil` if it names nothing that can be stored.
    public var segment: StoredSegment? {
        StoredGroup(stream: stream, version: version, rendition: rendition).flatMap {
            StoredSegment(group: $0, index: index)
        }
    }
}
