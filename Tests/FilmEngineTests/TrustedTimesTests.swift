import Contracts
import Testing

@testable import VOD

/// Packets are named by their time, in tenths of a second, and last as long.
struct TrustedTimesTests {
    private static let tenth = FilmGrid.ticksPerSecond / 10

    private func passed(
        _ times: [Int], from place: Int = 0, each length: Int = 1
    ) -> (given: [Int], left: [Int], reached: Int) {
        var trusted = TrustedTimes<Int>(from: Int64(place) * Self.tenth)
        let given = times.flatMap { time in
            trusted.add(time, at: Int64(time) * Self.tenth, lasting: Int64(length) * Self.tenth)
        }
        let reached = trusted.reached == .min ? .min : Int(trusted.reached / Self.tenth)
        return (given, trusted.takeDoubtful(), reached)
    }

    @Test func whatFollowsEachOtherPassesAtOnce() {
        let result = passed(Array(0..<50))
        #expect(result.given == Array(0..<50) && result.left.isEmpty && result.reached == 49)
        // Also in long pieces, and with small holes.
        let long = passed([0, 40, 80, 130], each: 40)
        #expect(long.given == [0, 40, 80, 130])
    }

    @Test(arguments: [1000, 50, -30]) func aBrokenUnitIsLeftOut(jump: Int) {
        let unit = (100..<108).map { $0 + jump }
        let good = Array(0..<100) + Array(108..<150)
        let result = passed(Array(0..<100) + unit + Array(108..<150))
        #expect(result.given == good && result.left.isEmpty && result.reached == 149)
    }

    @Test func twoBrokenUnitsInARowTakeNothingWithThem() {
        let result = passed(Array(0..<100) + [40, 41] + [102] + [35, 36] + Array(105..<120))
        #expect(result.given == Array(0..<100) + [102] + Array(105..<120))
    }

    @Test func soundThatGoesOnElsewhereIsBelieved() {
        // A silence of 40 s.
        let result = passed(Array(0..<10) + Array(410..<440))
        #expect(result.given == Array(0..<10) + Array(410..<440) && result.left.isEmpty && result.reached == 439)
    }

    @Test func theFirstUnitMayBeBroken() {
        let result = passed([1000, 1001] + Array(2..<40))
        #expect(result.given == Array(2..<40) && result.reached == 39)
        // Reading began well before the sound that comes, and that is seen after a moment.
        let away = passed([1000, 1001] + Array(302..<340), from: 500)
        #expect(away.given == Array(302..<340))
    }

    @Test func aShortSoundBetweenSilencesIsNotLost() {
        let result = passed(Array(0..<10) + [100, 101, 102] + [200, 201])
        #expect(result.given == Array(0..<10) + [100, 101, 102] && result.left == [200, 201])
    }

    @Test func whatWaitsIsGivenUpToALimit() {
        var trusted = TrustedTimes<Int>(from: 0)
        #expect(trusted.add(1, at: 0, lasting: 1) == [1])
        #expect(trusted.add(2, at: 100 * Self.tenth, lasting: 1).isEmpty)
        #expect(trusted.takeDoubtful(before: 100 * Self.tenth).isEmpty && trusted.reached == 0)
        #expect(trusted.takeDoubtful(before: 101 * Self.tenth) == [2] && trusted.reached == 100 * Self.tenth)
    }
}
