import Contracts

/// One subtitle, in ticks of 1/90000 s after the film's first picture.
public struct SubtitleCue: Sendable, Hashable {
    public let start: Int64
    public let end: Int64
    /// As WebVTT has it: escaped, no empty lines.
    public let text: String

    public init(start: Int64, end: Int64, text: String) {
        self.start = start
        self.end = end
        self.text = text
    }
}

/// A segment of subtitles (RFC 8216 §3.5). Cues that reach over a boundary are in both segments, alike, as players expect.
enum WebVTT {
    static func segment(_ cues: [SubtitleCue]) -> [UInt8] {
        var text = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:\(FilmGrid.lineStart),LOCAL:00:00:00.000\n"
        for cue in cues.sorted(by: { ($0.start, $0.end, $0.text) < ($1.start, $1.end, $1.text) }) {
            text += "\n\(time(cue.start)) --> \(time(cue.end))\n\(cue.text)\n"
        }
        return Array(text.utf8)
    }

    private static func time(_ ticks: Int64) -> String {
        let milliseconds = (max(0, ticks) + 45) / 90
        func digits(_ value: Int64, _ count: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        return digits(milliseconds / 3_600_000, 2) + ":" + digits(milliseconds / 60_000 % 60, 2) + ":"
            + digits(milliseconds / 1000 % 60, 2) + "." + digits(milliseconds % 1000, 3)
    }
}
