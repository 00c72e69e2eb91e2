/// A multivariant playlist as a client reads it (RFC 8216 §4.3.4).
public struct MultivariantPlaylist: Sendable, Hashable {
    public struct Variant: Sendable, Hashable {
        public let uri: String
        /// Bits per second.
        public let bandwidth: Int64
        public let averageBandwidth: Int64?
        public let codecs: [String]
        public let width: Int?
        public let height: Int?
        /// As printed, three decimals at most.
        public let frameRate: Double?
        public let audioGroup: String?
    }

    public struct Media: Sendable, Hashable {
        public let type: String
        public let group: String
        public let name: String
        public let language: String?
        public let uri: String?
        public let isDefault: Bool
    }

    public internal(set) var version: Int64 = 1
    public internal(set) var hasIndependentSegments = false
    public internal(set) var variants: [Variant] = []
    public internal(set) var media: [Media] = []

    init() {}

    /// Parses and tells every rule that is broken. What could be read is there in any case.
    public static func parse(_ bytes: [UInt8]) -> (playlist: MultivariantPlaylist, violations: Violations) {
        var parser = MultivariantPlaylistParser()
        parser.parse(bytes)
        return (parser.playlist, parser.violations)
    }

    public static func parse(_ text: String) -> (playlist: MultivariantPlaylist, violations: Violations) {
        parse(Array(text.utf8))
    }
}
