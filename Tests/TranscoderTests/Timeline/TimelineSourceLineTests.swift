import Testing

@testable import Live

@Suite struct TimelineSourceLineTests {
    private static let frame: Int64 = 3600
    private static let wrap: Int64 = 1 << 33

    /// Video packets from `start` on, one frame apart; returns their decode times on the line.
    private func feed(_ line: inout SourceLine, from start: Int64, count: Int64) -> [Int64] {
        (0..<count).map {
            let dts = (start + $0 * Self.frame) & (Self.wrap - 1)
            return line.video(pts: dts, dts: dts, duration: Self.frame).dts
        }
    }

    private func steps(_ times: [Int64]) -> Set<Int64> { Set(zip(times.dropFirst(), times).map { $0 - $1 }) }

    @Test func startsAtZeroAndKeepsReordering() {
        var line = SourceLine()
        #expect(line.video(pts: 107_200, dts: 100_000, duration: 3600) == .init(pts: 7200, dts: 0))
        #expect(line.video(pts: 103_600, dts: 103_600, duration: 3600) == .init(pts: 3600, dts: 3600))
    }

    @Test func runsOnOverTheWrap() {
        var line = SourceLine()
        let times = feed(&line, from: Self.wrap - 5 * Self.frame, count: 10)
        #expect(steps(times) == [Self.frame])
    }

    @Test func soundWithoutTimesGoesOnByWhatItLasted() {
        var line = SourceLine()
        _ = line.sound(stream: 1, pts: 9000, duration: 0)
        line.soundLasts(2880, stream: 1)
        #expect(line.sound(stream: 1, pts: nil, duration: 0) == 2880)
        line.codecsChanged()
        _ = line.sound(stream: 1, pts: 9000 + 5760, duration: 0)
        #expect(line.sound(stream: 1, pts: nil, duration: 0) == 5760 + 1920)
    }

    @Test func soundWrapsBesideTheVideo() {
        var line = SourceLine()
        _ = feed(&line, from: Self.wrap - 100, count: 2)
        #expect(line.sound(stream: 1, pts: 50, duration: 1920) == 150)
        #expect(line.sound(stream: 2, pts: Self.wrap - 50, duration: 1920) == 50)
    }

    @Test(arguments: [Int64(900_000), -27_001, -4_000_000, 180_001, 1 << 32])
    func jumpContinuesOneFrameLater(_ jump: Int64) {
        var line = SourceLine()
        var times = feed(&line, from: 5_000_000, count: 5)
        times += feed(&line, from: 5_000_000 + 4 * Self.frame + jump, count: 5)
        #expect(steps(times) == [Self.frame])
    }

    @Test func smallSetbacksAndHolesStay() {
        var line = SourceLine()
        var times = feed(&line, from: 1_000_000, count: 2)
        times += feed(&line, from: 1_000_000 + Self.frame + 180_000, count: 1)
        times += feed(&line, from: 1_000_000 + Self.frame + 180_000 - 27_000, count: 1)
        #expect(times == [0, 3600, 183_600, 156_600])
    }

    @Test func soundGoesWithTheVideoOverAJump() {
        var line = SourceLine()
        _ = feed(&line, from: 1_000_000, count: 10)
        #expect(line.sound(stream: 1, pts: 1_030_000, duration: 1920) == 30_000)
        // The video jumps by a minute; sound of before is still to come, then it jumps too.
        _ = feed(&line, from: 1_000_000 + 5_400_000 + 10 * Self.frame, count: 10)
        #expect(line.sound(stream: 1, pts: 1_031_920, duration: 1920) == 31_920)
        #expect(line.sound(stream: 1, pts: 1_033_840 + 5_400_000, duration: 1920) == 33_840)
    }

    @Test func soundThatJumpsFirstTakesTheVideoAlong() {
        var line = SourceLine()
        let before = feed(&line, from: 1_000_000, count: 10)
        _ = line.sound(stream: 1, pts: 1_030_000, duration: 1920)
        #expect(line.sound(stream: 1, pts: 8_031_920, duration: 1920) == 31_920)
        let after = feed(&line, from: 8_000_000 + 10 * Self.frame, count: 3)
        #expect(steps(before + after) == [Self.frame])
        #expect(line.sound(stream: 1, pts: 8_033_840, duration: 1920) == 33_840)
    }

    @Test func soundThatRunsOnMakesALeapAHole() {
        var line = SourceLine()
        _ = feed(&line, from: 0, count: 5)
        for time in stride(from: Int64(0), through: 400_000, by: 1920) {
            _ = line.sound(stream: 1, pts: time, duration: 1920)
        }
        #expect(feed(&line, from: 400_000, count: 1) == [400_000])
    }

    @Test func aGapInTheSoundIsNoJump() {
        var line = SourceLine()
        _ = feed(&line, from: 0, count: 5)
        _ = line.sound(stream: 1, pts: 0, duration: 1920)
        _ = feed(&line, from: 5 * Self.frame, count: 100)
        #expect(line.sound(stream: 1, pts: 104 * Self.frame, duration: 1920) == 104 * Self.frame)
    }

    @Test func reconnectContinuesOneFrameLater() {
        var line = SourceLine()
        var times = feed(&line, from: 7_000_000, count: 3)
        line.reconnected()
        times += feed(&line, from: 123, count: 3)
        #expect(steps(times) == [Self.frame])
        #expect(line.sound(stream: 1, pts: 123, duration: 1920) == 3 * Self.frame)
    }

    @Test func missingTimestampsAreExtrapolated() {
        var line = SourceLine()
        _ = feed(&line, from: 0, count: 2)
        #expect(line.video(pts: nil, dts: nil, duration: 0) == .init(pts: nil, dts: 7200))
        _ = line.sound(stream: 1, pts: 0, duration: 1920)
        #expect(line.sound(stream: 1, pts: nil, duration: 0) == 1920)
    }
}
