import Contracts
import Testing

@testable import Transcoder

@Suite struct WorkloadTests {
    @Test func takesWhatFitsAndNoMore() throws {
        let load = Workload(capacity: 2, channelCost: 0.9)
        let first = try begin(.live(1), load)
        #expect(load.hasRoom)
        _ = try begin(.live(2), load)
        #expect(!load.hasRoom)
        // It turns out to be light.
        load.update(first, cores: 0.2, hasProduced: true)
        #expect(load.hasRoom)
    }

    @Test func anIdleWorkerTakesOneHoweverSlowItIs() throws {
        let load = Workload(capacity: 1, channelCost: 3)
        #expect(load.hasRoom)
        let ticket = try begin(.live(1), load)
        #expect(!load.hasRoom)
        load.end(ticket)
        #expect(load.hasRoom && load.streams.isEmpty)
    }

    @Test func aSuspectRunsAloneUntilItHasProduced() throws {
        let load = Workload(capacity: 8, channelCost: 0.5)
        let ticket = try begin(.live(1), load, exclusive: true)
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
        for channel in 1...2 { _ = try begin(.live(Int64(channel)), load) }
        #expect(load.reserve(.live(3)) == nil)
    }

    @Test func waitsForRoomUntilThereIsSome() async throws {
        let load = Workload(capacity: 1, channelCost: 1)
        let ticket = try begin(.live(1), load)
        async let hasRoom = load.waitForRoom()
        load.end(ticket)
        #expect(await hasRoom)
    }

    @Test func aClaimWaitsForItsPlace() async throws {
        let load = Workload(capacity: 1, channelCost: 1)
        let ticket = try begin(.live(1), load)
        async let place = load.place(for: .live(2))
        load.end(ticket)
        #expect(await place?.ticket.stream == .live(2))
    }

    private func begin(_ stream: StreamID, _ load: Workload, exclusive: Bool = false) throws -> Workload.Ticket {
        let ticket = try #require(load.reserve(stream)).ticket
        load.settle(ticket, exclusive: exclusive)
        return ticket
    }
}
