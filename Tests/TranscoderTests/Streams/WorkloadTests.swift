import Contracts
import Testing

@testable import Transcoder

@Suite struct WorkloadTests {
    @Test func takesWhatFitsAndNoMore() {
        let load = Workload(capacity: 2, channelCost: 0.9)
        let first = load.begin(.live(1), exclusive: false)
        #expect(load.hasRoom)
        _ = load.begin(.live(2), exclusive: false)
        #expect(!load.hasRoom)
        // It turns out to be light.
        load.update(first, cores: 0.2, hasProduced: true)
        #expect(load.hasRoom)
    }

    @Test func anIdleWorkerTakesOneHoweverSlowItIs() {
        let load = Workload(capacity: 1, channelCost: 3)
        #expect(load.hasRoom)
        let ticket = load.begin(.live(1), exclusive: false)
        #expect(!load.hasRoom)
        load.end(ticket)
        #expect(load.hasRoom && load.isIdle)
    }

    @Test func aSuspectRunsAloneUntilItHasProduced() {
        let load = Workload(capacity: 8, channelCost: 0.5)
        let ticket = load.begin(.live(1), exclusive: true)
        #expect(!load.hasRoom)
        load.update(ticket, cores: 0.5, hasProduced: true)
        #expect(load.hasRoom)
    }

    /// Channels and films are claimed side by side: only one of them may be the only one.
    @Test func whoReservesAnIdleWorkerIsAloneUntilItIsSettled() throws {
        let load = Workload(capacity: 8, channelCost: 0.5)
        let channel = try #require(load.reserve(.live(1)))
        #expect(channel.isAlone)
        #expect(load.reserve(.vod(1)) == nil && load.reserve(.live(2)) == nil)
        load.settle(channel.ticket, exclusive: false)
        let film = try #require(load.reserve(.vod(1)))
        #expect(!film.isAlone && load.used == 0.5)
        // It was refused.
        load.end(film.ticket)
        #expect(load.streams == [.live(1)])
        load.settle(channel.ticket, exclusive: true)
        #expect(load.reserve(.vod(1)) == nil)
    }

    @Test func aReservationTakesTheLastRoom() throws {
        let load = Workload(capacity: 1, channelCost: 0.5)
        for channel in 1...2 { load.settle(try #require(load.reserve(.live(Int64(channel)))).ticket, exclusive: false) }
        #expect(load.reserve(.live(3)) == nil)
    }

    @Test func waitsForRoomUntilThereIsSome() async {
        let load = Workload(capacity: 1, channelCost: 1)
        let ticket = load.begin(.live(1), exclusive: false)
        async let hasRoom = load.waitForRoom()
        load.end(ticket)
        #expect(await hasRoom)
    }
}
