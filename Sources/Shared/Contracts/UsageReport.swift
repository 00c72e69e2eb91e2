/// What one gateway served since its last report. Counted once: the id makes a repeated report harmless.
public struct UsageReport: Contract, Equatable {
    public struct Entry: Codable, Sendable, Equatable {
        public let stream: StreamID
        public let rendition: String
        public let bytes: Int64
        public let segments: Int64
        /// New playback sessions.
        public let views: Int64
        /// Segments that this gateway had in memory.
        public let cached: Int64

        public init(stream: StreamID, rendition: String, bytes: Int64, segments: Int64, views: Int64, cached: Int64) {
            self.stream = stream
            self.rendition = rendition
            self.bytes = bytes
            self.segments = segments
            self.views = views
            self.cached = cached
        }
    }

    public var v = 1
    public let id: String
    public let gateway: String
    /// UTC day, `2026-11-22`.
    public let day: String
    public let entries: [Entry]

    public init(id: String, gateway: String, day: String, entries: [Entry]) {
        self.id = id
        self.gateway = gateway
        self.day = day
        self.entries = entries
    }
}
