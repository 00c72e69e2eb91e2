import Contracts
import Testing

@testable import Transcoder

@Suite struct FilmPoolTests {
    private let workload = Workload(capacity: 2, channelCost: 0.9)

    @Test func filmsDoNotCountAgainstThemselves() {
        let pool = FilmPool(cores: 2, workload: workload)
        let film = workload.begin(.vod(1), exclusive: false, cores: 0)
        #expect(pool.take())
        // What its owner reports each second.
        workload.update(film, cores: 1, hasProduced: true)
        #expect(pool.take())
        #expect(!pool.take())
        pool.give()
        #expect(pool.take())
    }

    @Test func channelsComeFirstButOneRunMayAlwaysGo() {
        let pool = FilmPool(cores: 2, workload: workload)
        let channels = [8, 9].map { workload.begin(.live($0), exclusive: false, cores: 1) }
        #expect(pool.take())
        #expect(!pool.take())
        workload.end(channels[0])
        #expect(!pool.take())
        workload.end(channels[1])
        #expect(pool.take())
    }
}
