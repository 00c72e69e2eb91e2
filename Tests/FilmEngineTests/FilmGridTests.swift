import Contracts
import Testing

@Suite struct FilmGridTests {
    static let rates: [(Int64, Int64)] = [(24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (25, 2), (15, 1)]

    private func grid(_ rate: (Int64, Int64), seconds: Int64 = 3 * 3600) -> FilmGrid {
        FilmGrid(rateNumerator: rate.0, rateDenominator: rate.1, frameCount: seconds * rate.0 / rate.1)
    }

    @Test func opensWithOneTwoTwoAndGoesOnWithFourSeconds() {
        let grid = FilmGrid(rateNumerator: 25, rateDenominator: 1, frameCount: 25 * 20)
        #expect((0..<6).map { grid.frames(of: $0).count } == [25, 50, 50, 100, 100, 100])
        #expect(grid.start(of: 4) == 9 * 90_000)
        let film = FilmGrid(rateNumerator: 24000, rateDenominator: 1001, frameCount: 24 * 60)
        #expect((0..<4).map { film.frames(of: $0).count } == [24, 48, 48, 96])
        // 96 pictures of 1001/24000 s.
        #expect(film.duration(of: 3) == 360_360)
    }

    @Test(arguments: rates) func everyPictureIsInExactlyOneSegment(rate: (Int64, Int64)) {
        let grid = grid(rate, seconds: 3600)
        var next: Int64 = 0
        for segment in 0..<grid.segmentCount {
            let frames = grid.frames(of: segment)
            #expect(frames.lowerBound == next && !frames.isEmpty)
            for frame in [frames.lowerBound, frames.upperBound - 1] {
                #expect(grid.segment(containing: frame) == segment)
            }
            next = frames.upperBound
        }
        #expect(next == grid.frameCount)
    }

    @Test(arguments: rates) func timesNeverDrift(rate: (Int64, Int64)) {
        let grid = grid(rate)
        let sum = (0..<grid.segmentCount).reduce(0) { $0 + grid.duration(of: $1) }
        #expect(sum == grid.duration)
        #expect(grid.start(of: grid.segmentCount) == grid.duration)
        // Each time is the exact one, rounded once.
        for segment in stride(from: 0, to: grid.segmentCount, by: 97) {
            let exact = Double(grid.frames(of: segment).lowerBound) * Double(rate.1) / Double(rate.0) * 90_000
            #expect(abs(Double(grid.start(of: segment)) - exact) <= 0.5001)
        }
    }

    @Test(arguments: rates, [48_000, 44_100, 32_000]) func everyAudioBlockIsInExactlyOneSegment(
        rate: (Int64, Int64), sampleRate: Int
    ) {
        let grid = grid(rate, seconds: 3600)
        var next: Int64 = 0
        for segment in 0..<grid.segmentCount {
            let blocks = grid.audioBlocks(of: segment, sampleRate: sampleRate)
            #expect(blocks.lowerBound == next)
            next = blocks.upperBound
            // It begins in the segment, to the exact fraction: block ≥ T(k), the one before is not.
            let start = grid.frames(of: segment).lowerBound * rate.1 * Int64(sampleRate)
            #expect(blocks.lowerBound * 1024 * rate.0 >= start)
            #expect((blocks.lowerBound - 1) * 1024 * rate.0 < start)
        }
    }

    @Test func aShortRestIsASegmentUnlessItIsTiny() {
        func counts(_ frames: Int64) -> [Int] {
            let grid = FilmGrid(rateNumerator: 25, rateDenominator: 1, frameCount: frames)
            return (0..<grid.segmentCount).map { grid.frames(of: $0).count }
        }
        #expect(counts(125 + 100 + 7) == [25, 50, 50, 100, 7])
        // Less than a quarter of a second joins the segment before.
        #expect(counts(125 + 100 + 6) == [25, 50, 50, 106])
        #expect(counts(125 + 100) == [25, 50, 50, 100])
        #expect(counts(3) == [3])
        #expect(counts(1) == [1])
        #expect(counts(27) == [27])
    }

    @Test func noDurationExceedsTheTarget() {
        for rate in Self.rates {
            for frames in Int64(1)...800 {
                let grid = FilmGrid(rateNumerator: rate.0, rateDenominator: rate.1, frameCount: frames)
                let longest = (0..<grid.segmentCount).map { grid.duration(of: $0) }.max() ?? 0
                #expect((longest + 45_000) / 90_000 <= Int64(FilmGrid.targetDuration))
            }
        }
    }

    @Test func anyMomentHasItsSegment() {
        let grid = FilmGrid(rateNumerator: 30000, rateDenominator: 1001, frameCount: 30 * 600)
        #expect(grid.segment(atSeconds: -1) == 0)
        #expect(grid.segment(atSeconds: .nan) == 0)
        #expect(grid.segment(atSeconds: 0.99) == 0)
        #expect(grid.segment(atSeconds: 1.01) == 1)
        #expect(grid.segment(atSeconds: 5.01) == 3)
        #expect(grid.segment(atSeconds: 1e12) == grid.segmentCount - 1)
        #expect(grid.segment(atSeconds: .infinity) == 0)
    }

    @Test func outsideThereIsNothing() {
        let grid = FilmGrid(rateNumerator: 25, rateDenominator: 1, frameCount: 500)
        #expect(grid.frames(of: -1).isEmpty && grid.frames(of: grid.segmentCount).isEmpty)
        #expect(grid.duration(of: grid.segmentCount) == 0)
    }

    @Test func recordsOfNonsenseAreBroughtIntoRange() throws {
        let text = #"{"rateNumerator":0,"rateDenominator":-7,"frameCount":-1}"#
        let grid = try FilmGrid(json: text)
        #expect(grid.segmentCount == 1 && grid.duration > 0)
        let real = FilmGrid(rateNumerator: 24000, rateDenominator: 1001, frameCount: 200_000)
        #expect(try FilmGrid(json: real.json()) == real)
    }
}
