import Contracts
import Media
import Testing

@testable import Live

/// The pure decisions of the engine.
@Suite struct EnginePlanTests {
    private let names = ["720p", "480p", "360p"]

    @Test func unknownRenditionsAreIgnoredAndTheLowestStays() {
        #expect(SegmentChoice(active: ["480p", "999p"]).renditions(of: names).encoded == ["480p"])
        #expect(SegmentChoice(active: []).renditions(of: names).encoded == ["360p"])
        #expect(SegmentChoice(active: nil).renditions(of: names).encoded == names)
    }

    @Test func sheddingTakesRenditionsFromTheTop() {
        let one = SegmentChoice(active: nil, shedLevel: 1).renditions(of: names)
        #expect(one.encoded == names && one.substitutes.isEmpty)
        let two = SegmentChoice(active: nil, shedLevel: 2).renditions(of: names)
        #expect(two.encoded == ["480p", "360p"] && two.substitutes == ["720p": "480p"])
        let most = SegmentChoice(active: nil, shedLevel: 99).renditions(of: names)
        #expect(most.encoded == ["360p"] && most.substitutes == ["720p": "360p", "480p": "360p"])
        // Nobody watches 480p, but it has to stand in.
        let alone = SegmentChoice(active: ["720p"], shedLevel: 2).renditions(of: names)
        #expect(alone.encoded == ["480p"] && alone.substitutes == ["720p": "480p"])
    }

    private func format(tracks: Int = 1) -> LiveFormat {
        LiveFormat(
            sourceRate: FrameRate(25),
            rungs: Rung.ladder(LiveLadder.standard, width: 1920, height: 1080, sampleAspectRatio: nil), colour: .bt709,
            tracks: (0..<tracks).map { SoundTrackPlan(name: "audio-\($0)", language: nil, streamID: $0) },
            sampleRate: 48_000, source: "")
    }

    private func planner(resetAfter: Duration = .seconds(1000)) -> SegmentPlanner {
        SegmentPlanner(
            start: LiveStart(epoch: 1, sequence: 100, discontinuitySequence: 3, continues: true), format: format(),
            resetAfter: resetAfter, programStart: 1_700_000_000_000)
    }

    @Test func segmentsFollowTheGrid() {
        var planner = planner()
        #expect(planner.isBoundary(0) && !planner.isBoundary(25))
        let first = planner.plan(0, SegmentChoice())
        #expect(planner.isBoundary(25) && !planner.isBoundary(26))
        #expect(first.sequence == 100 && first.discontinuity && first.discontinuitySequence == 4)
        let second = planner.plan(25, SegmentChoice())
        #expect(second.sequence == 101 && !second.discontinuity && second.discontinuitySequence == 4)
        #expect(second.start == 990_000 && second.duration == 90_000)
        #expect(second.programDate == 1_700_000_001_000)
        #expect(second.needed.count == 5)
    }

    /// Plans segments up to the one that begins with frame 150, the first that lasts 4 s.
    private func steady(_ choice: SegmentChoice) -> SegmentPlanner {
        var planner = planner()
        for frame in [0, 25, 50, 100, 150] as [Int64] { _ = planner.plan(frame, choice) }
        return planner
    }

    @Test func aSegmentIsCutEarlyForWhatItDoesNotHave() {
        let low = SegmentChoice(active: ["360p"])
        let both = SegmentChoice(active: ["360p", "720p"])
        var planner = steady(low)
        #expect(!planner.cutsEarly(before: 200, low) && !planner.cutsEarly(before: 200, SegmentChoice(active: [])))
        // Only at a keyframe within it.
        #expect([175, 199, 150, 250].allSatisfy { !planner.cutsEarly(before: $0, both) })
        #expect(planner.cutsEarly(before: 200, both))
        let ending = planner.ending(before: 200)
        #expect(ending?.sequence == 104 && ending?.duration == 180_000)
        let next = planner.plan(200, both)
        #expect(next.sequence == 105 && next.firstFrame == 200 && next.start == 1_620_000 && !next.discontinuity)
        #expect(next.encoded.keys.sorted() == ["360p", "720p"])
        // The first segment that has it is short too; from there on, all is as usual.
        #expect(planner.cutsEarly(before: 250, both))
        #expect(planner.plan(250, both).duration == 360_000)
        #expect(!planner.cutsEarly(before: 300, both) && planner.isBoundary(350))
        // What goes is no reason.
        #expect(!planner.cutsEarly(before: 300, low))
    }

    @Test func whatOthersStandInForIsNotNew() {
        let planner = steady(SegmentChoice(active: nil))
        #expect(!planner.cutsEarly(before: 200, SegmentChoice(active: nil, shedLevel: 3)))
    }

    @Test func nothingIsCutBeforeTheTimestampsStartAgain() {
        var planner = planner(resetAfter: .seconds(7))
        for frame in [0, 25, 50, 100, 150] as [Int64] { _ = planner.plan(frame, SegmentChoice(active: ["360p"])) }
        #expect(planner.nextRun?.firstFrame == 250)
        #expect(!planner.cutsEarly(before: 200, SegmentChoice(active: nil)))
    }

    @Test func aChangeOfTheMakerIsADiscontinuityInAllRenditions() {
        var planner = planner()
        _ = planner.plan(0, SegmentChoice())
        // One that stops, and one that comes back after a pause, have nothing to break with.
        let marks = [
            planner.plan(25, SegmentChoice(active: ["360p"])), planner.plan(50, SegmentChoice()),
            planner.plan(100, SegmentChoice(shedLevel: 2)), planner.plan(150, SegmentChoice(shedLevel: 2)),
            planner.plan(250, SegmentChoice()),
        ]
        #expect(marks.map(\.discontinuity) == [false, false, true, false, true])
        #expect(marks.map(\.discontinuitySequence) == [4, 4, 5, 5, 6])
    }

    @Test func timestampsStartAgainAtABoundary() {
        var planner = planner(resetAfter: .seconds(2))
        _ = planner.plan(0, SegmentChoice())
        #expect(planner.nextRun == nil)
        _ = planner.plan(25, SegmentChoice())
        #expect(planner.nextRun?.firstFrame == 50)
        let again = planner.plan(50, SegmentChoice())
        #expect(again.start == 900_000 && again.sequence == 102)
        #expect(again.discontinuity && again.discontinuitySequence == 5)
        #expect(again.programDate == 1_700_000_002_000)
    }

    @Test func segmentsGoOutInOrderAndWhole() {
        var planner = planner()
        var collector = SegmentCollector()
        let plans = [planner.plan(0, SegmentChoice()), planner.plan(25, SegmentChoice())]
        for plan in plans { collector.open(plan) }
        for key in plans[1].needed { collector.add(SegmentPiece(sequence: 101, key: key, units: [])) }
        let early = collector.next()
        #expect(early == nil)
        for key in plans[0].needed { collector.add(SegmentPiece(sequence: 100, key: key, units: [])) }
        let complete = [collector.next(), collector.next(), collector.next()].map { $0?.plan.sequence }
        #expect(complete == [100, 101, nil])
    }

    @Test func rungsAreNeverAboveTheSource() {
        func heights(_ height: Int) -> [Int] {
            Rung.ladder(LiveLadder.standard, width: height * 16 / 9, height: height, sampleAspectRatio: nil).map(
                \.size.height)
        }
        #expect(heights(1080) == [720, 480, 360])
        #expect(heights(576) == [480, 360])
        #expect(heights(240) == [240])
    }
}

extension SegmentCollector.Complete: Equatable {
    public static func == (left: Self, right: Self) -> Bool { left.plan.sequence == right.plan.sequence }
}
