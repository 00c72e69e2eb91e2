/// A media playlist as a client reads it (RFC 8216 §4.3.3; rfc8216bis for EXT-X-SERVER-CONTROL).
public struct MediaPlaylist: Sendable, Hashable {
    public struct Segment: Sendable, Hashable {
        public let sequence: Int64
        public let uri: String
        /// EXTINF in millionths of a second, as printed.
        public let microseconds: Int64
        /// A DISCONTINUITY stands before it.
        public let discontinuity: Bool
        public let discontinuitySequence: Int64
        /// Unix milliseconds, if a PROGRAM-DATE-TIME stands before it.
        public let programDate: Int64?
        public let isGap: Bool
    }

    public internal(set) var version: Int64 = 1
    public internal(set) var targetDuration: Int64 = 0
    public internal(set) var mediaSequence: Int64 = 0
    /// nil if the tag is not there, which means 0.
    public internal(set) var discontinuitySequence: Int64?
    public internal(set) var type: String?
    public internal(set) var isEnded = false
    public internal(set) var hasIndependentSegments = false
    public internal(set) var serverControl: [String: String] = [:]
    public internal(set) var segments: [Segment] = []

    /// One past the last sequence number.
    public var endSequence: Int64 { mediaSequence + Int64(segments.count) }
    public var canBlockReload: Bool { serverControl["CAN-BLOCK-RELOAD"] == "YES" }

    init() {}
}

extension MediaPlaylist {
    /// Parses and tells every rule that is broken. What could be read is there in any case.
    public static func parse(_ bytes: [UInt8]) -> (playlist: MediaPlaylist, violations: Violations) {
        var parser = MediaPlaylistParser()
        parser.parse(bytes)
        return (parser.playlist, parser.violations)
    }

    public static func parse(_ text: String) -> (playlist: MediaPlaylist, violations: Violations) {
        parse(Array(text.utf8))
    }
}
