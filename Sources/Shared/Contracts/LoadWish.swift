/// "Put this stored segment's bytes on the media Redis": from a gateway to the SegmentStores. Idempotent; repeated while
/// somebody waits; dropped past its deadline.
public struct LoadWish: Contract, Equatable {
    public var v = 1
    public let stream: StreamID
    public let version: String
    public let rendition: String
    public let index: Int
    /// Redis time in ms after which nobody waits any more.
    public let deadline: Int64
    /// Request id for the logs.
    public let request: String

    public init(_ segment: StoredSegment, deadline: Int64, request: String) {
        stream = segment.stream
        version = segment.group.version
        rendition = segment.group.rendition
        index = segment.index
        self.deadline = deadline
        self.request = request
    }

    /// `nil` if it names nothing that can be stored.
    public var segment: StoredSegment? {
        StoredGroup(stream: stream, version: version, rendition: rendition).flatMap {
            StoredSegment(group: $0, index: index)
        }
    }
}
