import Contracts
import Media
import TestSupport
import Testing
import VOD

@Suite struct FragmentedMP4Tests {
    /// A film as one file from its beginning, and from its middle, as `ffprobe` sees it.
    @Test(arguments: [0, 3]) func onePlayableFile(first: Int) async throws {
        let source = try await FilmClip.source(
            "plain", FilmClip.picture("640x360") + FilmClip.beeps() + FilmClip.h264 + FilmClip.aac, "mkv")
        let info = try FilmProbe.probe(source)
        let package = FragmentedMP4(info: info, from: first)
        var file: [UInt8] = []
        var initializations: Set<[UInt8]> = []
        try SegmentMaker(source: source, info: info).make(["360p"], from: first) { _, number, bytes, _ in
            file += try package.bytes(of: bytes, number: number)
            initializations.insert(try MP4Fragment(segment: bytes, shift: 0, number: 1).initialization)
        }
        #expect(initializations.count == 1)
        let frames = info.grid.frameCount - info.grid.frames(of: first).lowerBound
        try await MediaCommand.withTemporaryDirectory { directory in
            try MediaCommand.writeFile(file, "\(directory)/film.mp4")
            let listing = try await MediaCommand.run(
                "ffprobe",
                [
                    "-v", "error", "-show_entries", "packet=stream_index,pts_time,dts_time", "-of", "csv=p=0",
                    "\(directory)/film.mp4",
                ])
            let rows = listing.split(separator: "\n").map { $0.split(separator: ",") }
            let shown = rows.filter { $0.first == "0" }.compactMap { $0.count > 1 ? Double($0[1]) : nil }.sorted()
            #expect(shown.count == Int(frames))
            // Two pictures of 40 ms are decoded first.
            #expect(abs((shown.first ?? 9) - 0.08) < 0.001)
            #expect(zip(shown, shown.dropFirst()).allSatisfy { abs($1 - $0 - 0.04) < 0.0005 })
            let heard = rows.filter { $0.first == "1" }.compactMap { $0.count > 1 ? Double($0[1]) : nil }
            #expect(zip(heard, heard.dropFirst()).allSatisfy { abs($1 - $0 - 1024.0 / 48_000) < 0.0005 })
            // Sound begins with the picture, or less than a packet after it.
            let lead = (heard.first ?? 9) - (shown.first ?? 0)
            #expect(lead > -0.022 && lead < 0.022 && heard.count > Int(frames) * 40 / 1000 * 45)
            // Nothing that a decoder complains about.
            let complaint = try await MediaCommand.run(
                "ffmpeg", ["-v", "error", "-xerror", "-i", "\(directory)/film.mp4", "-f", "null", "-"])
            #expect(complaint.isEmpty, "\(complaint)")
        }
    }
}
