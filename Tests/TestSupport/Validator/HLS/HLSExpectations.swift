/// What the validator may take for granted about the output: the contract of DESIGN §5.4 and §6 in numbers.
public struct HLSExpectations: Sendable {
    /// Lengths in seconds of the first segments of an epoch, and of all later ones; nil: any length is legal.
    public struct Lengths: Sendable {
        public var opening: [Int64]
        public var steady: Int64
        /// A later one may also end after so many seconds: a rendition is to begin sooner; nil: none does.
        public var early: Int64?

        public init(opening: [Int64], steady: Int64, early: Int64? = nil) {
            self.opening = opening
            self.steady = steady
            self.early = early
        }

        public static let live = Lengths(opening: [1, 1, 2, 2], steady: 4)
        /// With `LIVE_RENDITIONS=watched`.
        public static let watched = Lengths(opening: [1, 1, 2, 2], steady: 4, early: 2)
    }

    /// Timestamp of frame 0 and of AAC packet 0 in every epoch.
    public var lineStart: Int64 = 900_000
    public var lengths: Lengths? = .live
    /// An IDR stands at each of these seconds of a segment and nowhere else; nil: only the first is asked for.
    public var keyframeSeconds: Int64? = 2
    /// Media sequence numbers begin at a Unix time: never below this.
    public var leastMediaSequence: Int64 = 1_600_000_000
    public var isLive = true
    /// A rendition may have a DISCONTINUITY of its own while it is shed (DESIGN §5.8).
    public var allowsShedding = false
    /// The last segment before a DISCONTINUITY may end anywhere: its owner handed the stream over.
    public var allowsHandover = false
    /// Requests may fail now and then: something is being killed on purpose.
    public var allowsFailures = false
    /// Compare measured bit rates with the declared ones.
    public var checksBitrate = true
    /// The longest that a playlist may go without growing, in target durations, by the recording's clock; nil: not looked at.
    public var longestStall: Double?

    public init() {}

    public static let live = HLSExpectations()
    /// Renditions come and go as they are watched.
    public static let watched: HLSExpectations = {
        var expectations = HLSExpectations()
        expectations.lengths = .watched
        return expectations
    }()
}
