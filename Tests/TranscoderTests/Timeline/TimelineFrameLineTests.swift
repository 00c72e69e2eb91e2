import Testing

@testable import Live

@Suite struct TimelineFrameLineTests {
    /// Feeds pictures and makes what the line asks for; returns the repeats before each shown picture, nil for a skipped one.
    private func feed(_ line: inout FrameLine, _ times: [Int64]) -> [Int64?] {
        times.map { time in
            guard case .show(let repeats) = line.place(time) else { return nil }
            for _ in 0...repeats { line.advance() }
            return repeats
        }
    }

    @Test func everyPictureBecomesAFrame() {
        var line = FrameLine(sourceRate: FrameRate(25))
        #expect(feed(&line, [500, 4100, 7700, 11_300]) == [0, 0, 0, 0])
        #expect(line.next == 4)
    }

    @Test func halfRateShowsEveryOther() {
        var line = FrameLine(sourceRate: FrameRate(50))
        #expect(line.outputRate == FrameRate(25))
        #expect(feed(&line, [0, 1800, 3600, 5400, 7200, 9000]) == [0, nil, 0, nil, 0, nil])
    }

    @Test func jitterOfMillisecondsChangesNothing() {
        var line = FrameLine(sourceRate: FrameRate(60000, 1001))
        let jitter: [Int64] = [0, 90, -90, 45]
        let times: [Int64] = (0..<200).map { (number: Int) -> Int64 in Int64(number) * 3003 / 2 + jitter[number % 4] }
        let expected: [Int64?] = (0..<200).map { (number: Int) -> Int64? in number.isMultiple(of: 2) ? 0 : nil }
        #expect(feed(&line, times) == expected)
    }

    @Test func phaseBetweenTheGridDoesNotFlicker() {
        var line = FrameLine(sourceRate: FrameRate(25))
        // After a hole, half a frame off the grid and jittering.
        let late: [Int64] = (0..<100).map { (number: Int64) -> Int64 in 9000 + number * 3600 + (number % 2) * 90 }
        let times: [Int64] = [0, 3600] + late
        #expect(feed(&line, times).dropFirst(3).allSatisfy { $0 == 0 })
    }

    @Test func holesAreFilledAndDuplicatesDropped() {
        var line = FrameLine(sourceRate: FrameRate(25))
        #expect(feed(&line, [0, 3600, 18_000, 18_000, 14_400, 21_600]) == [0, 0, 3, nil, nil, 0])
        #expect(line.next == 7)
    }

    @Test func aHoleTooLongIsNotFilled() {
        var line = FrameLine(sourceRate: FrameRate(25))
        #expect(feed(&line, [0, 3600, 993_600, 997_200]) == [0, 0, 0, 0])
    }

    @Test func aHoldMovesTheAnchor() {
        var line = FrameLine(sourceRate: FrameRate(25))
        _ = feed(&line, [0, 3600])
        for _ in 0..<50 { line.advance() }
        line.release(endsSound: true)
        #expect(line.soundMustWait)
        #expect(feed(&line, [7200, 10_800]) == [0, 0])
        #expect(line.next == 54)
        #expect(line.ticks(ofSound: 7200) == 187_200)
    }

    @Test func soundBetweenTwoAnchorsIsDropped() {
        var line = FrameLine(sourceRate: FrameRate(25))
        _ = feed(&line, [0, 3600])
        line.release(endsSound: true)
        _ = feed(&line, [90_000])
        #expect(line.ticks(ofSound: 7199) == 7199)
        #expect(line.ticks(ofSound: 7200) == nil)
        #expect(line.ticks(ofSound: 89_999) == nil)
        #expect(line.ticks(ofSound: 90_000) == 7200)
    }

    @Test func soundThatComesAfterSeveralCutsKeepsItsPlace() {
        var line = FrameLine(sourceRate: FrameRate(25))
        _ = feed(&line, [0, 3600])
        line.release(endsSound: true)
        _ = feed(&line, [10_800])
        line.release(endsSound: true)
        _ = feed(&line, [18_000])
        #expect(line.ticks(ofSound: 3600) == 3600)
        #expect(line.ticks(ofSound: 7200) == nil)
        #expect(line.ticks(ofSound: 10_800) == 7200)
        #expect(line.ticks(ofSound: 14_400) == nil)
        #expect(line.ticks(ofSound: 18_000) == 10_800)
    }

    /// Decode times go on over a reconnect, so times of presentation overlap by the pictures' reordering.
    @Test func soundOfANewConnectionBelongsToItsOwnPictures() {
        var line = FrameLine(sourceRate: FrameRate(25))
        _ = feed(&line, [0, 3600, 7200, 10_800])
        line.begin()
        #expect(line.isWaiting && line.soundMustWait)
        _ = feed(&line, [7200])
        #expect(line.ticks(ofSound: 5280) == nil)
        #expect(line.ticks(ofSound: 7200) == 14_400)
        #expect(line.ticks(ofSound: 12_000) == 19_200)
    }

    @Test func soundRunsOnWhileOnlyPicturesAreHeld() {
        var line = FrameLine(sourceRate: FrameRate(25))
        _ = feed(&line, [0, 3600])
        line.release(endsSound: false)
        #expect(!line.soundMustWait)
        #expect(line.ticks(ofSound: 50_000) == 50_000)
    }

    @Test func soundBeforeTheFirstPictureIsBeforeTheLine() throws {
        var line = FrameLine(sourceRate: FrameRate(25))
        #expect(line.soundMustWait)
        _ = feed(&line, [10_000])
        #expect(try #require(line.ticks(ofSound: 9_000)) == -1000)
    }
}
