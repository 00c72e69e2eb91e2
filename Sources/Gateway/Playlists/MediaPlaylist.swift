import Contracts

/// A live media playlist of one rendition as text: a pure function of the window's records (MEDIA.md §3.1, §3.3).
struct MediaPlaylist {
    /// Contiguous records that have the rendition, oldest first; never empty.
    let segments: [LiveSegment]
    let rendition: String
    /// Seconds.
    let targetDuration: Int
    /// The stream is over: players stop asking.
    let ended: Bool
    /// What leads from the playlist's own URL to `/api/hls/<stream>/`: empty, or `../../` below a session's path.
    let prefix: String
    /// The path element that gives access to an epoch's segments.
    let capability: (Int64) -> String

    /// Type of every playlist (RFC 8216 §4).
    static let contentType = "application/vnd.apple.mpegurl"

    func text() -> String {
        guard let first = segments.first else { return "" }
        var lines = [
            "#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:\(targetDuration)",
            // A player this far from the edge survives an owner's death (MEDIA.md §8).
            "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,HOLD-BACK=\(3 * targetDuration).0",
            "#EXT-X-MEDIA-SEQUENCE:\(first.sequence)",
            "#EXT-X-DISCONTINUITY-SEQUENCE:\(Self.discontinuitySequence(of: first, rendition: rendition))",
        ]
        for (index, segment) in segments.enumerated() {
            let part = segment.parts[rendition]
            let isDiscontinuous = segment.discontinuity || part?.discontinuity == true
            if isDiscontinuous { lines.append("#EXT-X-DISCONTINUITY") }
            if index == 0 || isDiscontinuous {
                lines.append("#EXT-X-PROGRAM-DATE-TIME:\(ProgramDate.text(segment.programDate))")
            }
            lines.append("#EXTINF:\(Self.seconds(ticks: segment.duration)),")
            lines.append(
                "\(prefix)\(capability(segment.epoch))/\(part?.substitute ?? rendition)/\(segment.epoch)-\(segment.sequence).ts"
            )
        }
        if ended { lines.append("#EXT-X-ENDLIST") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// How many discontinuities left the playlist before `first`: its own numbers, without the tag that still stands
    /// before it. A rendition that was shed has some of its own (DESIGN §5.8).
    static func discontinuitySequence(of first: LiveSegment, rendition: String) -> Int64 {
        let part = first.parts[rendition]
        let own = part?.discontinuities ?? 0
        let standing = first.discontinuity || part?.discontinuity == true
        return max(0, first.discontinuitySequence + own - (standing ? 1 : 0))
    }

    /// 90 kHz ticks as seconds with six decimals, rounded once, without floating point.
    static func seconds(ticks: Int64) -> String {
        let micros = (ticks * 100 + 4) / 9
        let fraction = String(micros % 1_000_000)
        return "\(micros / 1_000_000).\(String(repeating: "0", count: 6 - fraction.count))\(fraction)"
    }
}
