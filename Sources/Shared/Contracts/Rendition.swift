/// One rung of the ladder, as configured: what it is called, how high it is and what it may cost.
public struct Rendition: Sendable, Hashable, Codable {
    /// The name in URLs and playlists: `720p`.
    public let name: String
    /// Picture height in lines. The width follows from the source's display aspect ratio.
    public let height: Int
    /// Cap of the video in bits per second. Easy content costs less (DESIGN §6).
    public let videoBitrate: Int
    /// AAC stereo, bits per second.
    public let audioBitrate: Int

    public init(name: String, height: Int, videoBitrate: Int, audioBitrate: Int) {
        self.name = name
        self.height = height
        self.videoBitrate = videoBitrate
        self.audioBitrate = audioBitrate
    }
}

/// The live ladder of DESIGN §6, best first.
public enum LiveLadder {
    public static let p720 = Rendition(name: "720p", height: 720, videoBitrate: 2_500_000, audioBitrate: 96_000)
    public static let p480 = Rendition(name: "480p", height: 480, videoBitrate: 1_000_000, audioBitrate: 96_000)
    public static let p360 = Rendition(name: "360p", height: 360, videoBitrate: 600_000, audioBitrate: 64_000)
    public static let p240 = Rendition(name: "240p", height: 240, videoBitrate: 250_000, audioBitrate: 48_000)

    /// Always offered for live.
    public static let standard = [p720, p480, p360]
    /// Everything that `LIVE_LADDER` may name.
    public static let known = standard + [p240]
}

/// The ladder of films, best first (DESIGN §7). None is offered above its source.
public enum FilmLadder {
    public static let p1080 = Rendition(name: "1080p", height: 1080, videoBitrate: 5_000_000, audioBitrate: 128_000)
    public static let standard = [p1080, LiveLadder.p720, LiveLadder.p480, LiveLadder.p360]
}

/// Every quality name that a URL may carry. What a stream really offers is in its info.
public enum Quality: String, Sendable, CaseIterable, Codable {
    case p240 = "240p"
    case p360 = "360p"
    case p480 = "480p"
    case p720 = "720p"
    case p1080 = "1080p"
    case audio
    case original

    /// Lines; 0 for audio, the largest for the original.
    public var height: Int {
        switch self {
        case .audio: 0
        case .p240: 240
        case .p360: 360
        case .p480: 480
        case .p720: 720
        case .p1080: 1080
        case .original: .max
        }
    }
}
