import Contracts
import Testing

@testable import Transcoder

@Suite struct FilmPoolTests {
    private let workload = Workload(capacity: 2, channelCost: 0.9)

    @Test func filmsDoNotCountAgainstThemselves() throws {
        let pool = FilmPool(cores: 2, workload: workload)
        let film = try #require(workload.reserve(.vod(1))).ticket
        #expect(pool.take())
        // What its owner reports each second.
        workload.update(film, cores: 1, hasProduced: true)
        #expect(pool.take())
        #expect(!pool.take())
        pool.give()
        #expect(pool.take())
    }

    @Test func channelsComeFirstButOneRunMayAlwaysGo() throws {
        let pool = FilmPool(cores: 2, workload: workload)
        let channels = try ([8, 9] as [Int64]).map { channel in
            let ticket = try #require(workload.reserve(.live(channel))).ticket
            workload.settle(ticket, exclusive: false)
            return ticket
        }
        for channel in channels { workload.update(channel, cores: 1, hasProduced: true) }
        #expect(pool.take())
        #expect(!pool.take())
        workload.end(channels[0])
        #expect(!pool.take())
        workload.end(channels[1])
        #expect(pool.take())
    }
}
