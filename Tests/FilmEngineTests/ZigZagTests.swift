import Contracts
import TestSupport
import Testing
import VOD

/// A viewer whose player takes another quality, or who takes another language, at every segment: what they get is one line of
/// pictures and sound, to the tick, and even the continuity counters run on.
@Suite struct ZigZagTests {
    /// What another size of pictures and another language do change: the parameter sets and the program map.
    private static let changes: Set<String> = ["h264.parameters", "pmt"]

    @Test func betweenQualities() async throws {
        let source = try await FilmClip.source(
            "zigzag", FilmClip.picture("1280x720") + FilmClip.beeps() + FilmClip.h264 + FilmClip.aac, "mkv")
        let names = ["360p", "720p", "480p"]
        let film = try FilmRecording(source, names)
        let found = try zigZag(film, names)
        let grid = film.info.grid
        let times = found.flatMap(\.pictures).map(\.pts)
        #expect(times.sorted() == (0..<grid.frameCount).map { FilmGrid.lineStart + grid.ticks(ofFrame: $0) })
        #expect(found.allSatisfy { $0.pictures.first?.nalTypes.contains(5) == true })
        expectSoundWithoutSeam(found)
    }

    @Test func betweenLanguages() async throws {
        let second = FilmClip.beeps("0.3*S|0.3*S", pitch: 600)
        let source = try await FilmClip.source(
            "zigzag-languages",
            FilmClip.picture("640x360") + FilmClip.beeps() + second
                + ["-map", "0:v", "-map", "1:a", "-map", "2:a", "-metadata:s:a:0", "language=fra"]
                + ["-metadata:s:a:1", "language=eng"] + FilmClip.h264 + FilmClip.aac, "mkv")
        let info = try FilmProbe.probe(source)
        let names = info.audioTracks.map(\.name)
        #expect(names.count == 2)
        expectSoundWithoutSeam(try zigZag(try FilmRecording(source, names), names))
    }

    /// Segment after segment, each of another rendition, read as one stream.
    private func zigZag(_ film: FilmRecording, _ names: [String]) throws -> [TSContents] {
        var analyzer = TSAnalyzer()
        let found = try (0..<film.info.grid.segmentCount).map { segment in
            let name = names[segment % names.count]
            let bytes = try #require(film.segments[name]?[segment])
            return analyzer.analyse(bytes, at: "\(name) \(segment)", discontinuity: false)
        }
        let violations = analyzer.violations.list.filter { !Self.changes.contains($0.rule) }
        #expect(violations.isEmpty, "\(violations)")
        return found
    }

    /// Each packet of sound begins where the one before ends: on the grid of 1024 samples, rounded to ticks.
    private func expectSoundWithoutSeam(_ found: [TSContents]) {
        let packets = found.flatMap(\.sounds)
        guard let first = packets.first else { return #expect(Bool(false), "no sound") }
        var frames = 0
        for packet in packets {
            let expected = Double(first.pts) + Double(frames) * 1024 * 90_000 / 48_000
            #expect(abs(Double(packet.pts) - expected) <= 1)
            frames += packet.frameCount
        }
    }
}
