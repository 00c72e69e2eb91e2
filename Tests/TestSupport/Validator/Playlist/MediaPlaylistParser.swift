/// Strict reader of one version of a media playlist.
struct MediaPlaylistParser {
    private(set) var playlist = MediaPlaylist()
    private(set) var violations = Violations()

    private var seen: Set<String> = []
    private var uris: Set<String> = []
    /// What has been said of the segment whose URI comes next.
    private var duration: Int64?
    private var discontinuity = false
    private var programDate: Int64?
    private var isGap = false
    private var discontinuities: Int64 = 0

    private static let oncePerPlaylist: Set<String> = [
        "#EXT-X-VERSION", "#EXT-X-TARGETDURATION", "#EXT-X-MEDIA-SEQUENCE", "#EXT-X-DISCONTINUITY-SEQUENCE",
        "#EXT-X-PLAYLIST-TYPE", "#EXT-X-ENDLIST", "#EXT-X-INDEPENDENT-SEGMENTS", "#EXT-X-SERVER-CONTROL",
        "#EXT-X-START",
    ]

    mutating func parse(_ bytes: [UInt8]) {
        for line in PlaylistLines(bytes, &violations).lines {
            switch line.content {
            case .tag(let name, let value): read(name, value ?? "", at: line.place)
            case .uri(let uri): finishSegment(uri, at: line.place)
            }
        }
        checkWhole()
    }

    private mutating func read(_ name: String, _ value: Substring, at place: String) {
        if Self.oncePerPlaylist.contains(name) {
            violations.expect(seen.insert(name).inserted, "tag.twice", at: place, "\(name) is there twice")
        }
        switch name {
        case "#EXT-X-VERSION": playlist.version = integer(name, value, at: place)
        case "#EXT-X-TARGETDURATION": playlist.targetDuration = integer(name, value, at: place)
        case "#EXT-X-MEDIA-SEQUENCE":
            beforeSegments(name, at: place)
            playlist.mediaSequence = integer(name, value, at: place)
        case "#EXT-X-DISCONTINUITY-SEQUENCE":
            beforeSegments(name, at: place)
            violations.expect(!discontinuity, "tag.order", at: place, "\(name) after a DISCONTINUITY")
            playlist.discontinuitySequence = integer(name, value, at: place)
            discontinuities = playlist.discontinuitySequence ?? 0
        case "#EXT-X-PLAYLIST-TYPE":
            violations.expect(value == "VOD" || value == "EVENT", "playlist.type", at: place, "'\(value)'")
            playlist.type = String(value)
        case "#EXT-X-ENDLIST": playlist.isEnded = true
        case "#EXT-X-INDEPENDENT-SEGMENTS": playlist.hasIndependentSegments = true
        case "#EXT-X-SERVER-CONTROL":
            playlist.serverControl = AttributeList(value, tag: name, at: place, &violations).values
        case "#EXT-X-START": _ = AttributeList(value, tag: name, at: place, &violations)
        default: readSegmentTag(name, value, at: place)
        }
    }

    private mutating func readSegmentTag(_ name: String, _ value: Substring, at place: String) {
        switch name {
        case "#EXTINF": duration = extinf(value, at: place)
        case "#EXT-X-DISCONTINUITY":
            violations.expect(!discontinuity, "tag.twice", at: place, "two DISCONTINUITY before one segment")
            discontinuity = true
            discontinuities += 1
        case "#EXT-X-PROGRAM-DATE-TIME":
            programDate = PlaylistDate.milliseconds(value)
            violations.expect(programDate != nil, "pdt.syntax", at: place, "'\(value)' is no date with time zone")
        case "#EXT-X-GAP": isGap = true
        case "#EXT-X-STREAM-INF", "#EXT-X-MEDIA", "#EXT-X-I-FRAME-STREAM-INF", "#EXT-X-SESSION-DATA",
            "#EXT-X-SESSION-KEY":
            violations.add("tag.kind", at: place, "\(name) belongs into a multivariant playlist")
        case "#EXT-X-DATERANGE": _ = AttributeList(value, tag: name, at: place, &violations)
        default: violations.add("tag.unknown", at: place, "\(name)")
        }
    }

    /// `<duration>,[<title>]` with exactly six decimals, so that a tick of 1/90000 s shows.
    private mutating func extinf(_ value: Substring, at place: String) -> Int64? {
        violations.expect(duration == nil, "tag.twice", at: place, "two EXTINF before one segment")
        let parts = value.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let digits = decimalParts(parts[0]) else {
            violations.add("extinf.syntax", at: place, "'\(value)'")
            return nil
        }
        violations.expect(digits.fraction.count == 6, "extinf.syntax", at: place, "not six decimals: '\(value)'")
        let fraction = String((digits.fraction + "000000").prefix(6))
        guard let whole = Int64(digits.whole), let millionths = Int64(fraction) else { return nil }
        return whole * 1_000_000 + millionths
    }

    private mutating func finishSegment(_ uri: String, at place: String) {
        violations.expect(duration != nil, "extinf.missing", at: place, "segment without EXTINF")
        violations.expect(uris.insert(uri).inserted, "uri.twice", at: place, "'\(uri)' is there twice")
        playlist.segments.append(
            MediaPlaylist.Segment(
                sequence: playlist.endSequence, uri: uri, microseconds: duration ?? 0, discontinuity: discontinuity,
                discontinuitySequence: discontinuities, programDate: programDate, isGap: isGap))
        (duration, discontinuity, programDate, isGap) = (nil, false, nil, false)
    }

    private mutating func checkWhole() {
        violations.expect(seen.contains("#EXT-X-TARGETDURATION"), "targetduration", "no EXT-X-TARGETDURATION")
        violations.expect(
            seen.contains("#EXT-X-VERSION") && playlist.version >= 3, "version", "fractional EXTINF needs version 3")
        violations.expect(
            duration == nil && !discontinuity && programDate == nil && !isGap, "tag.order",
            "tags at the end belong to no segment")
        for segment in playlist.segments {
            violations.expect(
                (segment.microseconds + 500_000) / 1_000_000 <= playlist.targetDuration, "targetduration",
                at: "seq \(segment.sequence)", "\(segment.microseconds) µs is more than \(playlist.targetDuration) s")
            violations.expect(segment.microseconds > 0, "extinf.zero", at: "seq \(segment.sequence)", "lasts no time")
        }
        let hasDiscontinuity = playlist.segments.contains(where: \.discontinuity)
        violations.expect(
            !hasDiscontinuity || playlist.discontinuitySequence != nil || playlist.type == "VOD",
            "discontinuity.sequence",
            "DISCONTINUITY without EXT-X-DISCONTINUITY-SEQUENCE")
        checkServerControl()
    }

    private mutating func checkServerControl() {
        guard seen.contains("#EXT-X-SERVER-CONTROL") else { return }
        let control = playlist.serverControl
        if let reload = control["CAN-BLOCK-RELOAD"] {
            violations.expect(reload == "YES", "server.control", "CAN-BLOCK-RELOAD=\(reload)")
        }
        for (name, least) in [("HOLD-BACK", 3), ("CAN-SKIP-UNTIL", 6)] {
            guard let text = control[name] else { continue }
            let enough = decimalFloat(text).map { $0 >= Double(playlist.targetDuration * Int64(least)) } ?? false
            violations.expect(enough, "server.control", "\(name)=\(text) is less than \(least) target durations")
        }
    }

    private mutating func beforeSegments(_ name: String, at place: String) {
        violations.expect(playlist.segments.isEmpty, "tag.order", at: place, "\(name) after a segment")
    }

    private mutating func integer(_ name: String, _ value: Substring, at place: String) -> Int64 {
        guard let number = decimalInteger(value) else {
            violations.add("tag.value", at: place, "\(name): '\(value)' is not a decimal integer")
            return 0
        }
        return number
    }
}
