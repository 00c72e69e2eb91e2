/// What a live channel offers, from its owner to the gateways: everything that a multivariant playlist needs.
///
/// Constant for one epoch. Recorded before or together with the first segment.
public struct LiveStreamInfo: Contract, Equatable {
    public struct Track: Codable, Sendable, Equatable {
        public enum Kind: String, Codable, Sendable { case video, audio }
        /// Name in URLs: `720p`, `audio-fra`.
        public let name: String
        public let kind: Kind
        /// Coded size; 0 for audio.
        public let width: Int
        public let height: Int
        /// Peak bits per second on the wire (RFC 8216 BANDWIDTH): what is measured stays below 1.25 times it.
        public let bandwidth: Int
        /// Average bits per second on the wire (AVERAGE-BANDWIDTH): measured below 1.10 times it.
        public let averageBandwidth: Int
        /// RFC 6381, of everything in this track's segments: `avc1.64001f,mp4a.40.2`.
        public let codecs: String
        /// BCP 47 for an audio track, when the source says it.
        public let language: String?
        /// What a person reads in a menu: `Français`.
        public let title: String?

        public init(
            name: String, kind: Kind, width: Int, height: Int, bandwidth: Int, averageBandwidth: Int, codecs: String,
            language: String? = nil, title: String? = nil
        ) {
            self.name = name
            self.kind = kind
            self.width = width
            self.height = height
            self.bandwidth = bandwidth
            self.averageBandwidth = averageBandwidth
            self.codecs = codecs
            self.language = language
            self.title = title
        }
    }

    public var v = 1
    /// EXT-X-TARGETDURATION, seconds; never changes while the playlist lives.
    public let targetDuration: Int
    /// Output frames per second as a fraction.
    public let frameRateNumerator: Int
    public let frameRateDenominator: Int
    /// Video best first, then sound, the default one first: the languages of an audio group (and then the variants are
    /// video only), or `audio`, for whoever wants no picture, of the one language that is muxed into each variant (API.md).
    public let tracks: [Track]
    /// What came in, for people: `h264 1920x1080i 25 fps, ac3 5.1`.
    public let source: String

    public init(
        targetDuration: Int, frameRateNumerator: Int, frameRateDenominator: Int, tracks: [Track], source: String
    ) {
        self.targetDuration = targetDuration
        self.frameRateNumerator = frameRateNumerator
        self.frameRateDenominator = frameRateDenominator
        self.tracks = tracks
        self.source = source
    }

    public var videoTracks: [Track] { tracks.pictures }
    /// Several languages: an audio group and video-only variants. Empty otherwise.
    public var audioTracks: [Track] { tracks.languages }
    /// What plays without a picture. nil: an owner of an older build has not said.
    public var soundTrack: Track? { tracks.sound }
}

/// What the tracks of a channel or a film are for.
extension [LiveStreamInfo.Track] {
    public var pictures: [Element] { filter { $0.kind == .video } }

    /// The languages of an audio group.
    public var languages: [Element] { filter { $0.kind == .audio && $0.name != Quality.audio.rawValue } }

    /// Sound alone: of the only language, or the first language of the group. nil: there is none.
    public var sound: Element? { first { $0.kind == .audio && $0.name == Quality.audio.rawValue } ?? languages.first }
}
