import Contracts
import TestSupport
import Testing

@testable import VOD

/// 720p is encoded by two threads and without a cap; a segment that is above it is made again, by one thread that keeps to it.
@Suite struct LargePictureTests {
    private static let rung = "720p"

    @Test(arguments: [("calm", "gblur=sigma=24"), ("noisy", "noise=alls=30:allf=t:all_seed=7")])
    func segmentsKeepToTheirCapAndStayTheSameInAnyOrder(name: String, filter: String) async throws {
        let source = try await FilmClip.source(
            "large-light-\(name)",
            FilmClip.picture("1280x720", seconds: 5, filter: filter) + FilmClip.beeps(seconds: 5) + FilmClip.h264Large
                + FilmClip.aac, "mkv")
        let film = try FilmRecording(source, [Self.rung])
        let report = film.validate(bitrate: false)
        #expect(report.violations.isEmpty, "\(report)")
        let info = film.info
        let track = try #require(info.videoTracks.first { $0.name == Self.rung })
        let cap = FilmEncoding.parameters(LiveLadder.p720, track, info)
        var largest = 0.0
        for segment in (0..<info.grid.segmentCount).reversed() {
            let bytes = try #require(film.segments[Self.rung]?[segment])
            let most = FilmEncoding.mostBytes(cap, ticks: info.grid.duration(of: segment))
            // Sound and TS are in it, too.
            largest = max(largest, Double(bytes.count) / Double(most))
            #expect(Double(bytes.count) < 1.15 * Double(most), "segment \(segment): \(bytes.count) of \(most) bytes")
            let maker = SegmentMaker(source: source, info: info)
            try maker.make([Self.rung], from: segment, while: { $0 == segment }) { name, number, again, _ in
                let difference = SegmentMakerTests.difference(again, bytes)
                #expect(difference == nil, "segment \(number)")
            }
        }
        // Otherwise only one of the two ways was tried.
        #expect(name == "calm" ? largest < 0.5 : largest > 0.6, "\(largest)")
    }
}
