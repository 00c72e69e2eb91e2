import Contracts
import Foundation
import Media
import TestSupport
import Testing

@testable import VOD

@Suite struct SubtitleTests {
    private static let words = """
        1
        00:00:00,500 --> 00:00:02,500
        <i>Premier</i> <font color="red">&</font>

        2
        00:00:04,000 --> 00:00:06,000
        Deux
        lignes

        3
        00:00:14,250 --> 00:00:15,750
        3 < 4

        """

    private func film(_ codec: String, _ ending: String) async throws -> FileSource {
        try await MediaCommand.withTemporaryDirectory { directory in
            try MediaCommand.writeFile(Array(Self.words.utf8), "\(directory)/words.srt")
            return try await FilmClip.source(
                "subtitles-\(codec)",
                FilmClip.picture("320x180", seconds: 16) + ["-i", "\(directory)/words.srt", "-map", "0", "-map", "1"]
                    + FilmClip.h264 + ["-c:s", codec, "-metadata:s:s:0", "language=fra"], ending)
        }
    }

    @Test(arguments: [("srt", "mkv"), ("ass", "mkv"), ("webvtt", "mkv"), ("mov_text", "mp4")])
    func wordsOfEveryFormat(codec: String, ending: String) async throws {
        let source = try await film(codec, ending)
        let info = try FilmProbe.probe(source)
        #expect(info.subtitles.map(\.name) == ["subs-fra"] && info.subtitles.allSatisfy(\.isText))
        var segments: [Int: String] = [:]
        try SubtitleReader(source: source, info: info, name: "subs-fra").make(from: 0) {
            segments[$0] = String(decoding: $1, as: UTF8.self)
        }
        #expect(segments.count == info.grid.segmentCount)
        for (segment, text) in segments {
            #expect(text.hasPrefix("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n"))
            // The first cue is shown in segments 0 (0 … 1 s) and 1 (1 … 3 s), the second in 2 (3 … 5 s) and 3 (5 … 9 s).
            #expect(text.contains("00:00:00.500 --> 00:00:02.500\n") == (segment <= 1), "\(codec) \(segment): \(text)")
            #expect(text.contains("00:00:04.000 --> 00:00:06.000\nDeux\nlignes\n") == (segment == 2 || segment == 3))
            #expect(text.contains("3 &lt; 4") == (segment == 5))
            #expect(!text.contains("font"))
        }
        // In any order, and from anywhere.
        for segment in [5, 3, 0, 2] {
            try SubtitleReader(source: source, info: info, name: "subs-fra").make(
                from: segment, while: { $0 == segment }
            ) { #expect(String(decoding: $1, as: UTF8.self) == segments[$0]) }
        }
    }

    @Test func markupGoesAndWordsStay() {
        func cue(_ text: String, _ codec: String) -> String? { SubtitleText.cue(Array(text.utf8), codec: codec) }
        #expect(cue("<b>Oui</b> <span class=x>non</span> a<b & c", "subrip") == "<b>Oui</b> non a&lt;b &amp; c")
        #expect(cue("a --> b", "subrip") == "a --&gt; b")
        #expect(cue("\r\n \n", "subrip") == nil)
        #expect(cue("un\r\n\r\ndeux", "subrip") == "un\ndeux")
        #expect(cue("0,0,Default,,0,0,0,,{\\an8\\i1}Haut{\\i0}\\Nbas, \\hfin", "ass") == "Haut\nbas,  fin")
        #expect(cue("0,0,Default,,0,0,0,,{\\p1}m 0 0 l 10 10{\\p0}vu", "ass") == "vu")
        #expect(cue("broken", "ass") == nil)
        #expect(SubtitleText.cue([0, 2, 0x4F, 0x4B, 0, 0, 0, 8], codec: "mov_text") == "OK")
        #expect(SubtitleText.cue([0], codec: "mov_text") == nil)
        #expect(SubtitleText.cue([0xFF, 0xFE, 0x41], codec: "subrip")?.hasSuffix("A") == true)
    }
}
