import Contracts
import Media
import TestSupport
import Testing

@testable import VOD

/// Three hours, of which only some minutes are made.
@Suite struct LongFilmTests {
    /// Of 24000/1001 a second: what is rounded anywhere adds up to seconds at the end.
    private static let frame = 1001.0 / 24

    @Test(.timeLimit(.minutes(10))) func soundAndPictureStayTogetherForThreeHours() async throws {
        let source = BlockSource(try FileSource(try await Self.film()))
        let info = try FilmProbe.probe(source)
        #expect(info.grid.rateNumerator == 24_000 && info.grid.rateDenominator == 1001)
        #expect(info.grid.duration > 3 * 3600 * FilmGrid.ticksPerSecond)
        var sum: Int64 = 0
        for segment in 0..<info.grid.segmentCount { sum += info.grid.duration(of: segment) }
        #expect(sum == info.grid.duration)
        var random = SmallRandom(state: 3)
        let count = info.grid.segmentCount
        let places = [0, count - 4] + (0..<3).map { _ in Int(random.next() % UInt64(count - 4)) }
        for first in places {
            var bytes: [UInt8] = []
            // A maker for each segment: as if every one were another worker's.
            for segment in first..<first + 3 {
                try SegmentMaker(source: source, info: info).make(["360p"], from: segment, while: { $0 == segment }) {
                    _, _, segment, _ in bytes += segment
                }
            }
            // 10 s are the line's start, and whole periods are no difference.
            let start =
                10 + (Double(info.grid.start(of: first)) / Double(FilmGrid.ticksPerSecond) / 1.001).rounded() * 1.001
            let beeps = try await BeepMeter.measure(bytes, from: start)
            #expect(beeps.count >= 3, "from segment \(first): \(beeps)")
            #expect(beeps.allSatisfy { abs($0.offset) <= Self.frame }, "from segment \(first): \(beeps)")
            // The flash is where the source has it: each 1.001 s.
            for beep in beeps {
                let periods = beep.flash / 1.001
                #expect(abs(periods - periods.rounded()) < 0.002, "from segment \(first): \(beep)")
            }
        }
        #expect(source.blocksFetched < Int(source.size >> 18))
    }

    /// A hundred seconds or so again and again: in whole pictures, whole beeps, and sound that begins with the picture. (AC-3 begins
    /// before it, and what FFmpeg makes of that at each seam depends on its version.)
    private static func film() async throws -> String {
        let seconds = "96.096"
        let flash = "drawbox=c=white:t=fill:enable='lt(mod(n,24),3)'"
        let loop = try await FilmClip.path(
            "long-loop",
            [
                "-f", "lavfi", "-i", "color=gray:s=128x72:r=24000/1001:d=\(seconds),\(flash)", "-f", "lavfi", "-i",
                "aevalsrc='0.5*sin(1000*2*PI*t)*lt(mod(t,1.001),0.1)':s=48000:d=\(seconds)", "-c:v", "libx264",
                "-preset", "ultrafast", "-bf", "2", "-g", "48", "-crf", "30", "-pix_fmt", "yuv420p", "-c:a", "flac",
            ], "mkv")
        return try await FilmClip.path("long-film", ["-stream_loop", "112", "-i", loop, "-c", "copy"], "mkv")
    }
}
