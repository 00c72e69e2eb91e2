import Contracts
import HTTPTypes
import Redis
import Testing

@testable import Gateway

@Suite struct StartDecisionTests {
    private let now: Int64 = 1_795_000_010_000

    private func snapshot(
        _ state: StreamState?, owner: String = "", lease: Int64 = 0, reason: StreamReason? = nil, retryAt: Int64 = 0,
        epoch: Int64 = 5, window: [LiveSegment] = [], watched: Bool = true
    ) throws -> StreamSnapshot {
        var fields: [String: RESPValue] = [
            "owner": .simple(owner), "lease_until": .integer(lease), "retry_at": .integer(retryAt),
            "epoch": .integer(epoch),
            "now": .integer(now),
        ]
        fields["state"] = state.map { .simple($0.rawValue) }
        fields["reason"] = try reason.map { .simple(try $0.json()) }
        var snapshot = StreamSnapshot()
        snapshot.status = StreamStatus(fields: fields)
        snapshot.window = window
        snapshot.connectionsAreWatched = watched
        return snapshot
    }

    private func decide(
        _ snapshot: StreamSnapshot, waited: Duration = .zero, fleet: Fleet? = Fleet(transcoders: 2, withRoom: 1),
        arrival: Int64 = 5
    ) -> StartDecision {
        .decide(
            .init(
                snapshot: snapshot, fleet: fleet, waited: waited, arrivalEpoch: arrival, timeout: .seconds(10),
                now: snapshot.readAt))
    }

    private func code(_ decision: StartDecision) -> String? {
        if case .refuse(let error) = decision { error.code } else { nil }
    }

    @Test func answersARunningChannelAtOnce() throws {
        let fresh = Samples.segment(1, date: now - 5_000)
        #expect(decide(try snapshot(.ready, owner: "w", lease: now + 1, window: [fresh])) == .ready)
        // Being taken over: the old playlist goes on.
        #expect(decide(try snapshot(.claimed, owner: "w", lease: now + 1, window: [fresh])) == .ready)
        #expect(decide(try snapshot(.ready, owner: "w", lease: now - 1, window: [fresh])) == .ready)
        // Nobody came for too long.
        let old = Samples.segment(1, date: now - 60_000)
        #expect(decide(try snapshot(.ready, owner: "w", lease: now - 1, window: [old])) == .wait)
        // Cold again: what is left of the last time is nobody's play.
        #expect(decide(try snapshot(.idle, window: [fresh])) == .wait)
        // The same while it waits for a connection, as after a zap back; a dead owner's stream goes on.
        #expect(decide(try snapshot(.waitingSlot, window: [fresh])) == .wait)
        #expect(decide(try snapshot(.waitingSlot, owner: "w", lease: now - 1, window: [fresh])) == .ready)
    }

    @Test func saysWhyAChannelFailed() throws {
        let offline = StreamReason(code: "channel_offline", message: "The channel is off.")
        let failed = try snapshot(.failed, reason: offline, retryAt: now + 4_500)
        guard case .refuse(let error) = decide(failed) else {
            Issue.record("not refused")
            return
        }
        #expect(error.code == "channel_offline" && error.status == .badGateway && error.retryAfter == 5)
        // It may be tried again: the failure is an old one.
        #expect(decide(try snapshot(.failed, reason: offline, retryAt: now - 1)) == .wait)
        // It was tried again for this request, and failed again.
        #expect(code(decide(try snapshot(.failed, reason: offline, retryAt: now - 1, epoch: 6))) == "channel_offline")
        let full = StreamReason(code: "provider_limit", message: "Full.")
        guard case .refuse(let shortage) = decide(try snapshot(.failed, reason: full, retryAt: now + 1)) else {
            Issue.record("not refused")
            return
        }
        #expect(shortage.status == .serviceUnavailable)
    }

    @Test func waitsForAConnectionOnlyIfOneCanComeFree() throws {
        let watched = try snapshot(.waitingSlot, watched: true)
        #expect(decide(watched, waited: .seconds(1)) == .wait)
        #expect(code(decide(watched, waited: .seconds(2))) == "no_free_connection")
        let idle = try snapshot(.waitingSlot, watched: false)
        #expect(decide(idle, waited: .seconds(9)) == .wait)
        #expect(code(decide(idle, waited: .seconds(10))) == "no_free_connection")
        let unknown = StreamReason(code: "provider_unknown", message: "Not yet.")
        #expect(decide(try snapshot(.waitingSlot, reason: unknown), waited: .seconds(5)) == .wait)
        #expect(code(decide(try snapshot(.waitingSlot, reason: unknown), waited: .seconds(10))) == "provider_unknown")
    }

    @Test func saysThatNobodyCouldTakeIt() throws {
        let unowned = try snapshot(nil)
        #expect(decide(unowned, waited: .seconds(1), fleet: Fleet(transcoders: 0, withRoom: 0)) == .wait)
        #expect(code(decide(unowned, waited: .seconds(2), fleet: Fleet(transcoders: 0, withRoom: 0))) == "no_worker")
        #expect(code(decide(unowned, waited: .seconds(2), fleet: Fleet(transcoders: 3, withRoom: 0))) == "busy")
        #expect(decide(unowned, waited: .seconds(2), fleet: nil) == .wait)
        let opening = try snapshot(.opening, owner: "w", lease: now + 1)
        #expect(decide(opening, waited: .seconds(2), fleet: Fleet(transcoders: 1, withRoom: 0)) == .wait)
        #expect(code(decide(opening, waited: .seconds(10))) == "start_timeout")
        #expect(code(decide(StreamSnapshot(), waited: .seconds(10))) == "coordination_unavailable")
        #expect(decide(StreamSnapshot(), waited: .seconds(1)) == .wait)
    }

    @Test func showsOnlyTheRunThatTheStateContinues() throws {
        func status(next: Int64) -> StreamStatus { StreamStatus(fields: ["next_sequence": .integer(next)]) }
        let run = [3, 4, 10, 11, 12].map { Samples.segment($0) }
        #expect(StreamSnapshot.current(run, status: status(next: 13)).map(\.sequence) == [10, 11, 12])
        // A record between the two readings.
        #expect(StreamSnapshot.current(run, status: status(next: 12)).map(\.sequence) == [10, 11, 12])
        // A cold restart begins at a later number.
        #expect(StreamSnapshot.current(run, status: status(next: 50)).isEmpty)
        #expect(StreamSnapshot.current([], status: status(next: 1)).isEmpty)
    }

    @Test func cutsAPlaylistWhereTheRenditionIsMissing() {
        var snapshot = StreamSnapshot()
        let only360 = ["360p": LiveSegment.Part(byteCount: 1)]
        snapshot.window = [
            Samples.segment(1), Samples.segment(2, parts: only360), Samples.segment(3), Samples.segment(4),
        ]
        #expect(snapshot.tail(of: "720p").map(\.sequence) == [3, 4])
        #expect(snapshot.tail(of: "360p").map(\.sequence) == [1, 2, 3, 4])
        #expect(snapshot.tail(of: "240p").isEmpty)
    }
}
