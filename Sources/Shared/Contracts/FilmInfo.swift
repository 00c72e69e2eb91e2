/// All that is known of a film or episode after it was probed: from its owner to the gateways and the SegmentStore.
///
/// Immutable: what is made of a film depends on this record and the source's bytes alone (DESIGN §5.3). A change of either
/// gives another `version`, and so other URLs.
public struct FilmInfo: Contract, Equatable {
    public var v = 1
    /// First 12 hex digits of a SHA-256 over the source's identity, the ladder's parameters and the engine build.
    public let version: String
    /// What the file really is, whatever its name says.
    public let container: FilmContainer
    /// Bytes of the source.
    public let byteCount: Int64
    /// What the provider called this state of the file (of its ETag or date): another one is looked at again. Nil: unknown.
    public var sourceTag: String?
    /// How any position is found.
    public let access: Access
    /// Part of what the file promises is missing at its end; the grid covers what is there.
    public let isTruncated: Bool
    public let grid: FilmGrid
    /// The source's time of picture 0, in ticks of 1/90000 s.
    public let origin: Int64
    public let video: Video
    /// In the file's order; only those that can be decoded. Empty: the film is delivered with silence.
    public let audio: [AudioTrack]
    /// In the file's order, picture subtitles included (`isText` false: named, but not offered).
    public let subtitles: [SubtitleTrack]
    /// What is offered: video best first, then audio tracks, the default one first. As for live, audio tracks are here only
    /// if there are several; one is muxed into each variant (API.md). `original` is here too where it is offered.
    public let renditions: [LiveStreamInfo.Track]
    /// Segment starts of the `original` rendition, if it is offered.
    public let original: Original?
    public let decision: PlayDecision

    public enum Access: String, Codable, Sendable {
        /// By the file's own index.
        case indexed
        /// By timestamps found in the file: MPEG-TS, or a file whose index is missing.
        case bisected
        /// Only from the start on, so the playlist grows: an AVI without its index.
        case growing
    }

    public struct Video: Codable, Sendable, Hashable {
        /// The stream's index in the file.
        public let index: Int
        /// libav's name: `h264`, `hevc`, `mpeg4` …
        public let codec: String
        /// As libav calls it: `High`, `Main 10`.
        public let profile: String?
        /// 4:2:0, as browsers play it.
        public let is420: Bool
        public let bitDepth: Int
        /// As coded, before rotation.
        public let width: Int
        public let height: Int
        /// As shown: square samples, rotated.
        public let displayWidth: Int
        public let displayHeight: Int
        /// Of the source. The grid's rate is this, halved above 30.
        public let rateNumerator: Int64
        public let rateDenominator: Int64
        public let isInterlaced: Bool
        /// `sdr`, `pq` or `hlg`.
        public let transfer: String
        /// Degrees clockwise that the picture is to be turned by: 0, 90, 180, 270.
        public let rotation: Int
        /// Colour system that is delivered (`Media.Colour`).
        public let colour: String

        public init(
            index: Int, codec: String, profile: String?, is420: Bool, bitDepth: Int, width: Int, height: Int,
            displayWidth: Int, displayHeight: Int, rateNumerator: Int64, rateDenominator: Int64, isInterlaced: Bool,
            transfer: String, rotation: Int, colour: String
        ) {
            self.index = index
            self.codec = codec
            self.profile = profile
            self.is420 = is420
            self.bitDepth = bitDepth
            self.width = width
            self.height = height
            self.displayWidth = displayWidth
            self.displayHeight = displayHeight
            self.rateNumerator = rateNumerator
            self.rateDenominator = rateDenominator
            self.isInterlaced = isInterlaced
            self.transfer = transfer
            self.rotation = rotation
            self.colour = colour
        }
    }

    public struct AudioTrack: Codable, Sendable, Hashable {
        /// The stream's index in the file.
        public let index: Int
        /// Name in URLs: `audio-fra`. Of no meaning while there is only one.
        public let name: String
        public let codec: String
        public let profile: String?
        public let channels: Int
        /// Of the source, and of what is delivered.
        public let sampleRate: Int
        public let encodedSampleRate: Int
        /// ISO 639-2, as the source says it.
        public let language: String?
        /// What the source calls it.
        public let title: String?
        public let isDefault: Bool
        /// Time of the first packet, in ticks of 1/90000 s after `origin`; with `frameSamples` the grid on which the source's
        /// own sound lies (MEDIA.md §1.7, snapping).
        public let start: Int64
        public let frameSamples: Int

        public init(
            index: Int, name: String, codec: String, profile: String?, channels: Int, sampleRate: Int,
            encodedSampleRate: Int, language: String?, title: String?, isDefault: Bool, start: Int64, frameSamples: Int
        ) {
            self.index = index
            self.name = name
            self.codec = codec
            self.profile = profile
            self.channels = channels
            self.sampleRate = sampleRate
            self.encodedSampleRate = encodedSampleRate
            self.language = language
            self.title = title
            self.isDefault = isDefault
            self.start = start
            self.frameSamples = frameSamples
        }
    }

    public struct SubtitleTrack: Codable, Sendable, Hashable {
        public let index: Int
        /// Name in URLs: `subs-eng`.
        public let name: String
        public let codec: String
        public let language: String?
        public let title: String?
        public let isText: Bool
        public let isDefault: Bool
        public let isForced: Bool

        public init(
            index: Int, name: String, codec: String, language: String?, title: String?, isText: Bool, isDefault: Bool,
            isForced: Bool
        ) {
            self.index = index
            self.name = name
            self.codec = codec
            self.language = language
            self.title = title
            self.isText = isText
            self.isDefault = isDefault
            self.isForced = isForced
        }
    }

    public struct Original: Codable, Sendable, Hashable {
        /// Where its segments begin, in ticks of 1/90000 s from the film's first picture: IDRs of the source, the first one 0.
        public let boundaries: [Int64]
        /// EXT-X-TARGETDURATION, seconds.
        public let targetDuration: Int
        /// How much earlier pictures are decoded than shown, in ticks: the same for all segments.
        public let reorder: Int64

        public init(boundaries: [Int64], targetDuration: Int, reorder: Int64) {
            self.boundaries = boundaries
            self.targetDuration = targetDuration
            self.reorder = reorder
        }
    }

    public init(
        version: String, container: FilmContainer, byteCount: Int64, access: Access, isTruncated: Bool, grid: FilmGrid,
        origin: Int64, video: Video, audio: [AudioTrack], subtitles: [SubtitleTrack],
        renditions: [LiveStreamInfo.Track], original: Original?, decision: PlayDecision
    ) {
        self.version = version
        self.container = container
        self.byteCount = byteCount
        self.access = access
        self.isTruncated = isTruncated
        self.grid = grid
        self.origin = origin
        self.video = video
        self.audio = audio
        self.subtitles = subtitles
        self.renditions = renditions
        self.original = original
        self.decision = decision
    }

    public var videoTracks: [LiveStreamInfo.Track] { renditions.pictures }
    /// Several languages: an audio group and video-only variants. Empty otherwise.
    public var audioTracks: [LiveStreamInfo.Track] { renditions.languages }
    /// What plays without a picture; nil: a silent film.
    public var soundTrack: LiveStreamInfo.Track? { renditions.sound }
    /// The track that is muxed into each variant, or that the audio group starts with; nil: silence.
    public var defaultAudio: AudioTrack? { audio.first(where: \.isDefault) ?? audio.first }
    public var hasAudioGroup: Bool { !audioTracks.isEmpty }
}
