import HTTPTypes
import NIOCore
import Redis
import Testing

@testable import Contracts
@testable import Gateway

@Suite struct FilmDecisionTests {
    private func refusal(
        _ fields: [String: String]?, waited: Int = 0, watched: Bool = true, fleet: Fleet? = nil
    ) -> APIError? {
        let status = fields.map { fields in
            FilmStatus(
                stream: fields.mapValues { .bulk(ByteBuffer(string: $0)) }, film: [:], now: 1_000)
        }
        return FilmDecision.refusal(
            .init(
                status: status, now: 1_000, connectionsAreWatched: watched, fleet: fleet, waited: .seconds(waited),
                timeout: .seconds(10), lateError: .segmentLate))
    }

    private let offline = #"{"v":1,"code":"film_unavailable","message":"The provider does not have this film."}"#
    private let slow = #"{"v":1,"code":"provider_slow","message":"The provider sends this film too slowly."}"#
    private let full = #"{"v":1,"code":"no_free_connection","message":"All connections are in use."}"#

    @Test func waitsWhileThereIsHope() {
        #expect(refusal(nil, waited: 9) == nil)
        #expect(refusal([:], waited: 9) == nil)
        #expect(refusal(["state": "opening", "owner": "w", "lease_until": "2000"], waited: 9) == nil)
        #expect(refusal(["state": "failed", "reason": offline, "retry_at": "900"], waited: 9) == nil)
        #expect(refusal(["state": "waiting_slot", "reason": full], waited: 1) == nil)
        #expect(refusal(["state": "waiting_slot", "reason": full], waited: 9, watched: false) == nil)
    }

    @Test func saysWhyItDoesNot() {
        let failed = refusal(["state": "failed", "reason": offline, "retry_at": "16000"])
        #expect(failed?.status == .notFound && failed?.code == "film_unavailable" && failed?.retryAfter == 15)
        let waiting = refusal(["state": "waiting_slot", "reason": full], waited: 2)
        #expect(waiting?.status == .serviceUnavailable && waiting?.code == "no_free_connection")
        #expect(waiting?.retryAfter == 10)
        let late = refusal(["state": "ready", "owner": "w", "lease_until": "2000", "reason": slow], waited: 10)
        #expect(late?.status == .serviceUnavailable && late?.code == "provider_slow")
        #expect(refusal(["state": "ready", "owner": "w", "lease_until": "2000"], waited: 10) == .segmentLate)
        #expect(refusal(nil, waited: 10) == .coordinationAway)
        let media = refusal(["state": "failed", "retry_at": "16000"])
        #expect(media?.status == .badGateway && media?.code == "film_failed")
    }

    @Test func saysThatNobodyCanMakeIt() {
        #expect(refusal([:], waited: 2, fleet: Fleet(transcoders: 0, withRoom: 0)) == .noWorker)
        #expect(refusal([:], waited: 2, fleet: Fleet(transcoders: 2, withRoom: 0)) == .busy)
        #expect(refusal([:], waited: 1, fleet: Fleet(transcoders: 0, withRoom: 0)) == nil)
        let owned = ["state": "ready", "owner": "w", "lease_until": "2000"]
        #expect(refusal(owned, waited: 5, fleet: Fleet(transcoders: 1, withRoom: 0)) == nil)
    }
}

@Suite struct FilmWantsTests {
    private func name(_ index: Int, version: String = "v1") -> FilmSegmentName {
        FilmSegmentName(film: FilmSamples.film, version: version, piece: FilmPiece(rendition: "720p", index: index)!)
    }

    /// What the next report says.
    private func drain(_ wants: inout FilmWants, version: String? = "v1") -> FilmWants.Batch {
        wants.drain(version: version)
    }

    @Test func wishesForAPieceWhileARequestForItIsHeld() {
        var wants = FilmWants()
        wants.hold(name(3))
        wants.hold(name(3))
        wants.hold(name(4, version: "old"))
        #expect(wants.heldCount == 3)
        // Nothing is asked for before somebody has looked whether it is stored.
        let before = drain(&wants)
        #expect(before == FilmWants.Batch())
        #expect(Set(wants.unknown) == [name(3), name(4, version: "old")])
        for held in wants.unknown { wants.located(held, isStored: false, at: .now) }
        let both = drain(&wants).wishes
        wants.release(name(3))
        let one = drain(&wants).wishes
        #expect(both == [name(3).piece] && one == both)
        wants.release(name(3))
        let none = drain(&wants).wishes
        #expect(none.isEmpty && wants.heldCount == 1)
        wants.release(name(4, version: "old"))
        #expect(!wants.isEmpty)
        _ = drain(&wants)
        #expect(wants.isEmpty)
    }

    @Test func asksTheStoreFirstAndThenTheOwner() {
        var wants = FilmWants()
        let now = ContinuousClock.now
        wants.hold(name(3))
        wants.hold(name(4, version: "old"))
        for held in wants.unknown { wants.located(held, isStored: true, at: now) }
        #expect(wants.unknown.isEmpty && wants.mayBeStored(name(4, version: "old")))
        let first = drain(&wants)
        #expect(first.wishes.isEmpty && Set(first.loads) == [name(3), name(4, version: "old")])

        let isDue = [299, 300, 400].map { wants.expire(at: now + .milliseconds($0)) }
        #expect(isDue == [false, true, false])
        // Both are asked now; the owner only for what it makes.
        let second = drain(&wants)
        #expect(second.wishes == [name(3).piece] && second.loads.count == 2)

        wants.hint(name(4).piece, failed: true)
        let third = drain(&wants)
        #expect(third.loads == [name(3)] && !wants.mayBeStored(name(4, version: "old")))
    }

    /// While its bytes are being read a piece is not wished for again: its owner would make it twice.
    @Test func whatHasArrivedIsNotAskedForUntilItTurnsOutToBeGone() {
        var wants = FilmWants()
        let now = ContinuousClock.now
        wants.hold(name(3))
        wants.located(name(3), isStored: false, at: now)
        wants.hint(name(3).piece, at: now)
        let during = drain(&wants)
        #expect(during.wishes.isEmpty && during.loads.isEmpty && wants.unknown.isEmpty)
        let isDue = [999, 1_000].map { wants.expire(at: now + .milliseconds($0)) }
        #expect(isDue == [false, true] && wants.unknown == [name(3)])
    }

    @Test func reportsEachPositionOnceAndBoundsThem() {
        var wants = FilmWants()
        for index in 0..<500 { wants.served(name(index % 300).piece) }
        let batch = drain(&wants)
        #expect(batch.positions.count == FilmWants.maximumPositions && wants.isEmpty)
        wants.restore(batch)
        #expect(!wants.isEmpty)
        let again = drain(&wants)
        #expect(Set(again.positions) == Set(batch.positions))
    }

    @Test func hintsReachThoseWhoWait() {
        var wants = FilmWants()
        wants.hold(name(3))
        let before = wants.hints(of: name(3))
        wants.hint(name(4).piece)
        #expect(wants.hints(of: name(3)) == before)
        wants.hint(name(3).piece)
        #expect(wants.hints(of: name(3)) != before)
    }
}
