import Upstream

/// What the engine needs of a provider's live HLS playlist: which segments there are. Pure; lenient, as providers are.
struct HLSPlaylist: Sendable, Equatable {
    struct Segment: Sendable, Equatable {
        let sequence: Int64
        let location: String
        let duration: Double
    }

    /// Variants of a multivariant playlist, best bandwidth first; empty for a media playlist.
    var variants: [String] = []
    var segments: [Segment] = []
    var targetDuration = 6.0
    var hasEnded = false
    /// AES or SAMPLE-AES: not supported.
    var isEncrypted = false

    /// Largest playlist that is read, bytes.
    static let limit = 1 << 20

    static func isPlaylist(contentType: String?, path: String) -> Bool {
        if let contentType, contentType.contains("mpegurl") { return true }
        return path.hasSuffix(".m3u8")
    }

    /// - Returns: `nil` if the text is no playlist.
    init?(_ text: String) {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.drop { $0 == "\u{FEFF}" || $0 == " " } }
        guard lines.first?.hasPrefix("#EXTM3U") == true else { return nil }
        var sequence: Int64 = 0
        var duration = 0.0
        var bandwidth: Int?
        var found: [(bandwidth: Int, location: String)] = []
        for line in lines.dropFirst() {
            if let value = Self.value(of: "#EXT-X-MEDIA-SEQUENCE:", in: line) {
                // So far from overflow that counting on is safe.
                sequence = min(max(Int64(value) ?? 0, 0), 1 << 53)
            } else if let value = Self.value(of: "#EXT-X-TARGETDURATION:", in: line) {
                let seconds = Double(value) ?? .nan
                targetDuration = seconds.isNaN ? 6 : min(max(seconds, 1), 60)
            } else if let value = Self.value(of: "#EXTINF:", in: line) {
                duration = Double(value.prefix { $0 != "," }) ?? 0
            } else if let value = Self.value(of: "#EXT-X-STREAM-INF:", in: line) {
                bandwidth = Self.bandwidth(in: value)
            } else if let value = Self.value(of: "#EXT-X-KEY:", in: line) {
                isEncrypted = isEncrypted || !value.contains("METHOD=NONE")
            } else if line.hasPrefix("#EXT-X-ENDLIST") {
                hasEnded = true
            } else if !line.hasPrefix("#"), !line.isEmpty {
                if let known = bandwidth {
                    found.append((known, String(line)))
                    bandwidth = nil
                } else {
                    segments.append(Segment(sequence: sequence, location: String(line), duration: duration))
                    sequence += 1
                }
            }
        }
        variants = found.sorted { $0.bandwidth > $1.bandwidth }.map(\.location)
    }

    private static func value(of tag: String, in line: Substring) -> Substring? {
        line.hasPrefix(tag) ? line.dropFirst(tag.count) : nil
    }

    private static func bandwidth(in attributes: Substring) -> Int {
        for attribute in attributes.split(separator: ",") where attribute.hasPrefix("BANDWIDTH=") {
            return Int(attribute.dropFirst("BANDWIDTH=".count)) ?? 0
        }
        return 0
    }
}
