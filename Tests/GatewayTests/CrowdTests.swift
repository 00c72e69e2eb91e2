import Contracts
import Redis
import Testing

@testable import Gateway

/// More channels and films are asked for than a gateway follows at once.
@Suite struct CrowdTests {
    @Test func aChannelThatNobodyWatchesMakesRoom() async throws {
        try await GatewayFixture.run(["MAX_LIVE_VIEWS": "1"]) { gateway in
            async let playing = gateway.http.get("/api/hls/live-8/master.m3u8")
            let claimed = try await gateway.owner.claim(Samples.stream)
            // It is waited for, however long that takes.
            let full = try await gateway.http.get("/api/live/9")
            #expect(full.status == 503 && full.code == "too_many_streams", "\(full.text)")
            try await gateway.owner.describe(Samples.stream, claimed)
            try await gateway.owner.record(Samples.stream, claimed, offset: 0)
            #expect(try await playing.status == 200)
            // Before a view is closed because it is idle.
            try await gateway.eventually(within: .seconds(25)) {
                try await gateway.http.get("/api/live/9").status == 200
            }
        }
    }

    @Test func aFilmThatNobodyWatchesMakesRoom() async throws {
        try await GatewayFixture.run(["MAX_FILM_VIEWS": "1"]) { gateway in
            async let probing = gateway.http.get("/api/stream/probe/vod/1906")
            let claimed = try await gateway.films.claim()
            let full = try await gateway.http.get("/api/stream/probe/vod/1907")
            #expect(full.status == 503 && full.code == "too_many_films", "\(full.text)")
            try await gateway.films.describe(claimed, FilmSamples.info())
            #expect(try await probing.status == 200)
            async let second: Void = gateway.eventually(within: .seconds(45)) {
                try await gateway.http.get("/api/stream/probe/vod/1907").status == 200
            }
            _ = try await gateway.films.open(film: try #require(StreamID("vod-1907")))
            try await second
        }
    }

    @Test func whoIsWaitedForIsNotIdle() {
        let view = StreamView(stream: Samples.stream)
        #expect(view.idleSince != nil)
        view.want(session: "viewer-0001", rendition: nil, request: "r")
        #expect(view.idleSince == nil && !view.closeIfIdle(for: .zero))
        _ = view.drainDemand()
        let hold = view.hold(session: "viewer-0001", rendition: nil)
        _ = view.drainDemand()
        #expect(view.idleSince == nil)
        view.release(hold)
        _ = view.drainDemand()
        #expect(view.idleSince != nil && view.use())
        #expect(view.closeIfIdle(for: .seconds(-1)))
        #expect(!view.use())

        let film = FilmView(film: FilmSamples.film)
        film.hold(nil, request: "r")
        _ = film.drainDemand()
        #expect(film.idleSince == nil)
        film.release(nil)
        _ = film.drainDemand()
        #expect(film.idleSince != nil)
    }
}
