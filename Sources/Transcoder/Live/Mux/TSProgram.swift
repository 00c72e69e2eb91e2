/// What an MPEG-TS segment carries. Constant for an epoch, so the program map never changes its version.
public struct TSProgram: Sendable, Hashable {
    /// AAC-LC.
    public struct Audio: Sendable, Hashable {
        /// Samples per second, one of the 13 rates of AAC (`ADTSHeader.sampleRates`).
        public let sampleRate: Int
        /// 1...6, or 8 for 7.1.
        public let channels: Int
        /// ISO 639-2, three letters: `fra`. Anything else is left out of the program map.
        public let language: String?

        public init(sampleRate: Int, channels: Int, language: String? = nil) {
            self.sampleRate = sampleRate
            self.channels = channels
            self.language = language
        }
    }

    /// H.264 video is there.
    public let video: Bool
    public let audio: Audio?

    /// - Parameters:
    ///   - video: With H.264 video on `videoPID`.
    ///   - audio: AAC on `audioPID`; one of the two must be there.
    public init(video: Bool, audio: Audio?) {
        precondition(video || audio != nil, "a program carries something")
        self.video = video
        self.audio = audio
    }

    static let mapPID: UInt16 = 0x1000
    static let videoPID: UInt16 = 0x100
    static let audioPID: UInt16 = 0x101
    /// The stream that carries the clock.
    var clockPID: UInt16 { video ? Self.videoPID : Self.audioPID }
}
