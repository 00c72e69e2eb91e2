/// One elementary stream, as far as the container tells.
///
/// A live source is not probed (MEDIA.md §2): size, rate and channels are often unknown until the first frame.
/// What the frames say counts.
public struct StreamDescription: Sendable, Hashable {
    public enum Kind: Sendable, Hashable { case video, audio, other }

    /// As in `Packet.stream`.
    public let index: Int
    /// The container's own number: the PID in MPEG-TS.
    public let id: Int
    public let kind: Kind
    /// libav's number of the codec; changes if a PMT changes the type of a PID.
    public let codecID: UInt32
    /// `h264`, `mpeg2video`, `hevc`, `aac`, `ac3` …
    public let codec: String
    /// Whether this build of libav can decode it.
    public let isDecodable: Bool
    /// Seconds per tick of the packets' timestamps.
    public let timeBase: Rational
    /// ISO 639-2, if the container has one.
    public let language: String?
    public let averageFrameRate: Rational?
    public let realFrameRate: Rational?
    public let width: Int
    public let height: Int
    public let sampleAspectRatio: Rational?
    public let channels: Int
    public let sampleRate: Int
    /// Bits per second, 0 = unknown.
    public let bitRate: Int
    public let isDefault: Bool
    /// Meant for blind or deaf viewers, or commentary: never a first choice.
    public let isSpecialPurpose: Bool
    /// A still picture (cover art), not a film.
    public let isAttachedPicture: Bool
}
