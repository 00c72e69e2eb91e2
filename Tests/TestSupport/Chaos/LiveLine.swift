/// One rendition of a live channel as one viewer sees it for as long as it likes: versions of the playlist and their
/// segments, each judged by the rules of the HLS validator as it comes and then forgotten.
public struct LiveLine {
    /// Times that the playlist went on behind everything that was known: a new start of the channel, or a viewer that
    /// got nothing for longer than the window.
    public private(set) var jumps = 0
    public private(set) var segmentCount = 0

    private let expectations: HLSExpectations
    private var history: PlaylistHistory
    private var validator: RenditionValidator
    private var earlier: [Violation] = []
    private var lastSegment: Int64?

    /// nil if the frame rate of the multivariant playlist is no known one.
    public init?(name: String, frameRate: Double, expectations: HLSExpectations) {
        guard let clock = FrameClock(lineStart: expectations.lineStart, frameRate: frameRate) else { return nil }
        self.expectations = expectations
        history = PlaylistHistory(expectations)
        validator = RenditionValidator(name: name, clock: clock, expectations: expectations)
    }

    public var violations: [Violation] { earlier + history.violations.list + validator.violations.list }

    /// The next version of the playlist; returns the segments that are new, in order.
    public mutating func add(_ bytes: [UInt8]) -> [MediaPlaylist.Segment] {
        let playlist = MediaPlaylist.parse(bytes).playlist
        let before = history.latest
        if let before, playlist.mediaSequence > before.endSequence {
            jumps += 1
            earlier += history.violations.list
            history = PlaylistHistory(expectations)
        }
        history.add(bytes)
        let known = before?.endSequence ?? playlist.endSequence - 3
        return playlist.segments.filter { !$0.isGap && $0.sequence >= known }
    }

    /// A segment that `add` returned. Without one of them nothing is said about the join.
    public mutating func add(_ segment: MediaPlaylist.Segment, _ bytes: [UInt8]) {
        let restarts = segment.discontinuity || lastSegment.map { $0 + 1 != segment.sequence } ?? true
        // A later owner may cut the last one of the earlier short: known only when the next is listed.
        let isLast = history.segments[segment.sequence + 1]?.discontinuity ?? true
        validator.add(segment, bytes, restarts: restarts, isLast: isLast)
        lastSegment = segment.sequence
        segmentCount += 1
    }
}
