import Contracts
import Testing
import Upstream

@testable import TokenService

@Suite struct FilmSearchTests {
    private func id(_ text: String) throws -> StreamID { try #require(StreamID(text)) }

    private func containers(
        _ stream: String, _ details: FilmSearch.Details, hint: String? = nil
    ) throws -> [String] {
        FilmSearch.places(of: try id(stream), details, hint: hint).map(\.container)
    }

    private func film(_ container: String?) -> FilmSearch.Details {
        var film = FilmMetadata(title: "A film")
        film.containerExtension = container
        return .film(film)
    }

    @Test func theCatalogsExtensionIsTheOnlyOneToTry() throws {
        #expect(try containers("vod-7", film("avi"), hint: "mp4") == ["avi"])
        let places = FilmSearch.places(of: try id("vod-7"), film("avi"), hint: nil)
        #expect(places == [FilmPlace(section: .movie, id: "7", container: "avi")])
    }

    @Test func withoutOneTheUsualOnesAreTried() throws {
        #expect(try containers("vod-7", film(nil)) == ["mkv", "mp4", "avi", "ts", "flv"])
        #expect(try containers("vod-7", .unknown, hint: "avi") == ["avi", "mkv", "mp4", "ts", "flv"])
        #expect(try containers("vod-7", .unknown, hint: "wmv").first == "wmv")
    }

    @Test func anEpisodeByIdLiesUnderSeries() throws {
        let places = FilmSearch.places(of: try id("episode-901"), .unknown, hint: nil)
        #expect(places.first == FilmPlace(section: .series, id: "901", container: "mkv"))
        let byPlace = FilmSearch.place(of: try id("series-55-1-2"), container: "mkv")
        #expect(byPlace == nil)
    }

    @Test func anEpisodeIsFoundByItsPlace() throws {
        var episode = SeriesMetadata.Episode(id: 901, number: 2, title: "Two")
        episode.containerExtension = "mp4"
        let series = FilmSearch.Details.series(
            SeriesMetadata(title: "", seasons: [SeriesMetadata.Season(number: 1, episodes: [episode])]))
        let places = FilmSearch.places(of: try id("series-55-1-2"), series, hint: nil)
        #expect(places == [FilmPlace(section: .series, id: "901", container: "mp4")])
        for other in ["series-55-1-3", "series-55-2-2"] {
            let none = FilmSearch.places(of: try id(other), series, hint: "mkv")
            #expect(none.isEmpty)
        }
    }

    @Test func onlySafeExtensionsAreTaken() {
        for (text, name) in [("MKV", "mkv"), ("3gp", "3gp"), ("mpegts", nil), ("", nil), ("m/v", nil), ("mkü", nil)] {
            #expect(FilmExtension.name(text) == name)
        }
    }

    @Test func filmsHaveAddressesOfTheirOwn() throws {
        let panel = Panel(base: try UpstreamURL("http://p.example/sub/"), username: "a b", password: "p?w")
        let film = try panel.film(FilmPlace(section: .movie, id: "7", container: "mkv"))
        #expect(film.secretText == "http://p.example/sub/movie/a%20b/p%3Fw/7.mkv")
        let episode = try panel.film(FilmPlace(section: .series, id: "901", container: "mp4"))
        #expect(episode.secretText == "http://p.example/sub/series/a%20b/p%3Fw/901.mp4")
        #expect(try panel.hasCredentials(panel.catalog("get_vod_info", "vod_id", "7")))
    }

    @Test func failuresSpeakOfFilms() {
        #expect(ResolutionFailure.offline.ofFilm.reason.code == "film_unavailable")
        #expect(ResolutionFailure.notMedia.ofFilm.reason.message.contains("film"))
        #expect(ResolutionFailure.loop.ofFilm == .loop)
    }
}
