import Testing

@testable import Live

@Suite struct SegmentGridTests {
    @Test func theFirstSegmentsAreShort() {
        let grid = SegmentGrid(frameRate: FrameRate(25))
        #expect((0..<7).map { grid.frameCount(of: $0) } == [25, 25, 50, 50, 100, 100, 100])
        #expect((0..<6).map { grid.start(of: $0) } == [900_000, 990_000, 1_080_000, 1_260_000, 1_440_000, 1_800_000])
        #expect(grid.duration(of: 4) == 360_000)
    }

    @Test func filmRateLastsAThousandthLonger() {
        let grid = SegmentGrid(frameRate: FrameRate(24_000, 1001))
        #expect((0..<5).map { grid.frameCount(of: $0) } == [24, 24, 48, 48, 96])
        #expect(grid.duration(of: 4) == 360_360)
        #expect(grid.ticks(ofFrame: 1) == 903_754)  // 3753.75
    }

    @Test func keyframesStandEveryTwoSeconds() {
        let grid = SegmentGrid(frameRate: FrameRate(25))
        #expect((0..<350).filter { grid.isIDR($0) } == [0, 25, 50, 100, 150, 200, 250, 300])
        #expect((0..<350).filter { grid.isBoundary($0) } == [0, 25, 50, 100, 150, 250])
    }

    @Test func aSegmentMayEndAtTheNextKeyframe() {
        let grid = SegmentGrid(frameRate: FrameRate(25))
        #expect(grid.end(ofSegmentFrom: 150) == 250 && grid.end(ofSegmentFrom: 150, isShort: true) == 200)
        // And go on from there.
        #expect(grid.end(ofSegmentFrom: 200) == 300)
        // The first ones are as short as they can be.
        #expect(grid.end(ofSegmentFrom: 50, isShort: true) == 100 && grid.end(ofSegmentFrom: 0, isShort: true) == 25)
    }

    @Test func timesBeforeTheLineAreRoundedAlike() {
        let grid = SegmentGrid(frameRate: FrameRate(24_000, 1001))
        #expect(grid.ticks(ofFrame: -1) == 900_000 - 3_754)
        #expect(grid.frame(nearestTicks: grid.ticks(ofFrame: -7)) == -7)
    }

    /// Standard rates, and odd ones, near the start and a day and more into the line.
    static let rates: [FrameRate] = {
        var random = SplitMix(seed: 42)
        let odd = (0..<200).map { _ in
            FrameRate(Int64.random(in: 1_000...60_000, using: &random), Int64.random(in: 1...1_001, using: &random))
        }
        return FrameRate.standard + odd.filter { $0.numerator >= $0.denominator }
    }()

    @Test func segmentsAreContiguousAndExactAtAnyRate() {
        for rate in Self.rates {
            let grid = SegmentGrid(frameRate: rate)
            for start in [0, 30_000] as [Int64] {
                var elapsed = grid.start(of: start)
                for segment in start..<(start + 50) {
                    let frames = grid.frames(of: segment)
                    #expect(frames.count > 0 && frames.upperBound == grid.firstFrame(of: segment + 1))
                    #expect(grid.segment(containing: frames.lowerBound) == segment)
                    #expect(grid.segment(containing: frames.upperBound - 1) == segment)
                    #expect(grid.isBoundary(frames.lowerBound) && grid.isIDR(frames.lowerBound))
                    #expect(grid.start(of: segment) == elapsed)
                    elapsed += grid.duration(of: segment)
                }
                #expect(elapsed == grid.start(of: start + 50))
            }
        }
    }

    @Test func framesAndTicksAreOneToOne() {
        for rate in Self.rates {
            let grid = SegmentGrid(frameRate: rate)
            for frame in [0, 1, 2, 1_000_003, 5_184_000] as [Int64] {
                #expect(grid.frame(nearestTicks: grid.ticks(ofFrame: frame)) == frame)
                #expect(grid.ticks(ofFrame: frame + 1) > grid.ticks(ofFrame: frame))
            }
        }
    }

    @Test func theTargetDurationHolds() {
        for rate in FrameRate.standard {
            let grid = SegmentGrid(frameRate: rate)
            for segment in 0..<20 as Range<Int64> {
                #expect((grid.duration(of: segment) + 45_000) / 90_000 <= SegmentGrid.targetDuration)
            }
        }
    }
}

/// Random numbers that are the same in every run.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
