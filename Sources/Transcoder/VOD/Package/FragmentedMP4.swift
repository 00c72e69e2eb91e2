import Contracts
import Media

/// A film as one progressive MP4 that can be played and saved while it is made: an initialization, then a fragment per segment
/// of one rendition (`format=mp4`, API.md). It begins within two pictures of 0, wherever in the film it starts.
public struct FragmentedMP4: Sendable {
    private let shift: Int64
    private let first: Int

    /// - Parameter first: the segment that it starts with.
    public init(info: FilmInfo, from first: Int) {
        self.first = first
        // Our encoders decode two pictures before they show the first (MEDIA.md §1.2).
        shift = FilmGrid.lineStart + info.grid.start(of: first) - info.grid.ticks(ofFrame: 2)
    }

    /// The initialization alone; any segment of the rendition gives the same.
    public func initialization(of segment: [UInt8]) throws -> [UInt8] {
        try MP4Fragment(segment: segment, shift: shift, number: 1).initialization
    }

    /// A segment's fragment alone.
    public func fragment(of segment: [UInt8], number: Int) throws -> [UInt8] {
        try MP4Fragment(segment: segment, shift: shift, number: number - first + 1).fragment
    }

    /// The bytes of a segment as they follow the last one's; before the first one goes the initialization.
    /// - Parameters:
    ///   - segment: as `SegmentMaker` made it.
    ///   - number: its number, `first` or more.
    public func bytes(of segment: [UInt8], number: Int) throws -> [UInt8] {
        let part = try MP4Fragment(segment: segment, shift: shift, number: number - first + 1)
        return number == first ? part.initialization + part.fragment : part.fragment
    }
}
