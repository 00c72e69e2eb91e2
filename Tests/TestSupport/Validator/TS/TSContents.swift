/// What was found in one segment. Times are ticks of 1/90000 s, unwrapped along the line of segments.
public struct TSContents: Sendable {
    public struct Picture: Sendable {
        public let pts: Int64
        public let dts: Int64
        public let nalTypes: [UInt8]
        public let byteCount: Int
        public var isIDR: Bool { nalTypes.contains(5) }
    }

    /// One PES packet of AAC.
    public struct Sound: Sendable {
        public let pts: Int64
        public let frameCount: Int
        public let sampleRate: Int
        public let channels: Int
        public let byteCount: Int
    }

    public internal(set) var packetCount = 0
    public internal(set) var hasVideo = false
    public internal(set) var hasAudio = false
    public internal(set) var language: String?
    /// In decode order.
    public internal(set) var pictures: [Picture] = []
    public internal(set) var sounds: [Sound] = []
    /// RFC 6381, and size; of the last parameter set.
    public internal(set) var videoCodec: String?
    public internal(set) var width = 0
    public internal(set) var height = 0
    /// Clock values in ticks of 1/90000 s.
    public internal(set) var clocks: [Int64] = []

    init() {}
}
