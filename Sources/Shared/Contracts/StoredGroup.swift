/// What is kept and thrown away as one: all segments of one rendition of one version of a film.
///
/// Safe as a path and as a part of a key: nothing in it but `a-z 0-9 . - /`, and no part begins with a dot.
public struct StoredGroup: Sendable, Hashable, CustomStringConvertible {
    public let stream: StreamID
    /// 8 to 64 hexadecimal digits, lower case.
    public let version: String
    /// 1 to 32 of `a-z 0-9 . -`, not beginning with a dot.
    public let rendition: String

    /// `nil` if a part is not what it must be. Channels are never stored.
    public init?(stream: StreamID, version: String, rendition: String) {
        guard stream.kind != .live, Self.isVersion(version), FilmPiece(rendition: rendition, index: 0) != nil,
            !rendition.hasPrefix(".")
        else { return nil }
        self.stream = stream
        self.version = version
        self.rendition = rendition
    }

    /// Reads the text form, `vod-1906/0123456789ab/720p`.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, let stream = StreamID(String(parts[0])) else { return nil }
        self.init(stream: stream, version: String(parts[1]), rendition: String(parts[2]))
    }

    public var description: String { "\(stream)/\(version)/\(rendition)" }

    /// What its segments are: HLS segments, fragments of MP4, or subtitles.
    public var contentType: String {
        switch fileExtension {
        case "vtt": "text/vtt"
        case "mp4": "video/mp4"
        default: "video/mp2t"
        }
    }

    /// Players that look at names want to see it.
    var fileExtension: String {
        if rendition.hasPrefix("subs-") { return "vtt" }
        return rendition.hasSuffix(".mp4") ? "mp4" : "ts"
    }

    private static func isVersion(_ text: String) -> Bool {
        (8...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
