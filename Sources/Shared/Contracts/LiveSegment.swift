/// The record of one finished live segment in all its renditions: one element of the window list.
///
/// Boundaries are common to all renditions, so there is one record per sequence number.
public struct LiveSegment: Contract, Equatable {
    /// One rendition of the segment.
    public struct Part: Codable, Sendable, Equatable {
        public let byteCount: Int
        /// Set while this rendition is shed: the rendition whose bytes stand in (DESIGN §5.8).
        public let substitute: String?
        /// A DISCONTINUITY that only this rendition has (it was shed, or came back).
        public let discontinuity: Bool?
        /// How many such discontinuities this rendition has had since the playlist began, this segment's included;
        /// `nil`: none. Where the whole segment is discontinuous, the rendition counts none of its own.
        /// Without it no gateway could keep EXT-X-DISCONTINUITY-SEQUENCE right after one has left the window.
        public let discontinuities: Int64?

        public init(
            byteCount: Int, substitute: String? = nil, discontinuity: Bool? = nil, discontinuities: Int64? = nil
        ) {
            self.byteCount = byteCount
            self.substitute = substitute
            self.discontinuity = discontinuity
            self.discontinuities = discontinuities
        }
    }

    public var v = 1
    /// Media sequence number. A new playlist starts at the Unix time in seconds; never back (DESIGN §5.5).
    public let sequence: Int64
    public let epoch: Int64
    /// Start on the output line and duration, in 90 kHz ticks. EXTINF is `duration / 90000` exactly.
    public let start: Int64
    public let duration: Int64
    /// PROGRAM-DATE-TIME of the start, Unix milliseconds.
    public let programDate: Int64
    /// A DISCONTINUITY stands before this segment in all renditions.
    public let discontinuity: Bool
    /// Number of discontinuities up to and including this segment since the playlist began.
    public let discontinuitySequence: Int64
    /// By rendition name. In `watched` mode only what was encoded.
    public let parts: [String: Part]

    public init(
        sequence: Int64, epoch: Int64, start: Int64, duration: Int64, programDate: Int64, discontinuity: Bool,
        discontinuitySequence: Int64, parts: [String: Part]
    ) {
        self.sequence = sequence
        self.epoch = epoch
        self.start = start
        self.duration = duration
        self.programDate = programDate
        self.discontinuity = discontinuity
        self.discontinuitySequence = discontinuitySequence
        self.parts = parts
    }
}
