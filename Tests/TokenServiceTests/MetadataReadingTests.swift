import Contracts
import Testing
import Upstream

@testable import TokenService

@Suite struct MetadataReadingTests {
    private func cleaner() throws -> PanelCleaner {
        PanelCleaner(
            panel: Panel(
                base: try UpstreamURL("http://panel.example:8080"), username: "some-user", password: "s3cret-word"))
    }

    private func film(_ text: String) throws -> FilmReading? {
        FilmReading(try LenientJSON(Array(text.utf8)), try cleaner())
    }

    private func series(_ text: String) throws -> SeriesMetadata? {
        SeriesReading(try LenientJSON(Array(text.utf8)), try cleaner())?.metadata
    }

    @Test func readsAFilmAsPanelsWriteIt() throws {
        let reading = try #require(
            try film(
                #"""
                {"info":{"plot":"A long\u0000\n story","releasedate":"1999-03-31","genre":"Drama","cast":null,
                "director":"","rating":"7.1","duration_secs":"5530","movie_image":"/images/7.jpg",
                "backdrop_path":["","http://images.example/b.jpg"]},
                "movie_data":{"stream_id":"7","name":" The film ","container_extension":"MKV"}}
                """#))
        let film = reading.metadata
        #expect(film.title == "The film" && film.plot == "A long story" && film.year == 1999)
        #expect(film.genre == "Drama" && film.cast == nil && film.director == nil && film.rating == 7.1)
        #expect(film.durationSeconds == 5530 && film.containerExtension == "mkv")
        let (poster, backdrop) = (try #require(film.poster), try #require(film.backdrop))
        #expect(reading.images[poster] == "http://panel.example:8080/images/7.jpg")
        #expect(reading.images[backdrop] == "http://images.example/b.jpg")
        #expect(poster.count == 32 && poster != backdrop && poster.allSatisfy(\.isHexDigit))
    }

    @Test(arguments: [
        #"{"info":[],"movie_data":[]}"#, "{}", "[]", "null", #"{"info":{},"movie_data":{"name":"N/A"}}"#, "7",
    ]) func takesNothingForNoFilm(text: String) throws { #expect(try film(text)?.metadata == nil) }

    @Test func takesNonsenseForNothing() throws {
        let reading = try film(
            #"""
            {"info":{"rating":99,"rating_5based":-1,"duration":"9:61","duration_secs":-5,"year":"12345","plot":[1],
            "movie_image":"ftp://x/y","backdrop_path":{"a":7},"genre":{"x":1}},
            "movie_data":[{"name":7,"container_extension":"../../etc"}]}
            """#)
        let film = try #require(reading?.metadata)
        #expect(film == FilmMetadata(title: "7"))
        #expect(reading?.images.isEmpty == true)
    }

    @Test func readsTimesYearsAndRatings() throws {
        func info(_ text: String) throws -> LenientJSON { try LenientJSON(Array(text.utf8)) }
        #expect(PanelCleaner.seconds(try info(#"{"duration":"01:32:10"}"#)) == 5530)
        #expect(PanelCleaner.seconds(try info(#"{"duration":"soon"}"#)) == nil)
        #expect(PanelCleaner.year(.text("31.03.1999")) == 1999)
        #expect(PanelCleaner.year(.null, .number(2024)) == 2024)
        #expect(PanelCleaner.rating(try info(#"{"rating":"","rating_5based":3.5}"#)) == 7)
        #expect(PanelCleaner.rating(try info(#"{"rating":"0"}"#)) == nil)
    }

    @Test func nothingOfTheProviderStaysInATextOrAKey() throws {
        let reading = try #require(
            try film(
                #"""
                {"info":{"plot":"More at HTTP://Panel.Example:8080/live/some-user/s3cret-word/8.ts",
                "movie_image":"http://panel.example/some-user/s3cret-word/7.jpg","backdrop_path":"http://cdn.example/x.jpg"},
                "movie_data":{"name":"panel.example presents"}}
                """#))
        let text = try reading.metadata.json().lowercased()
        for secret in ["panel.example", "some-user", "s3cret-word", "cdn.example"] { #expect(!text.contains(secret)) }
        #expect(reading.metadata.poster == nil, "an address with our password is no poster")
        let other = try #require(cleaner().image(.text("http://cdn.example/x.jpg")))
        #expect(other.key == reading.metadata.backdrop)
    }

    @Test(arguments: [
        #"{"episodes":{"1":[{"id":"9","episode_num":1},{"id":901,"episode_num":"2","container_extension":"mp4"}]}}"#,
        #"{"episodes":{"1":{"0":{"id":9,"episode_num":1},"1":{"id":901,"episode_num":2,"container_extension":"mp4"}}}}"#,
        #"{"episodes":[[{"id":"901","episode_num":2,"container_extension":"mp4"}]]}"#,
        #"{"episodes":[{"id":"901","episode_num":2,"season":1,"container_extension":"mp4"}]}"#,
        #"{"episodes":{"7":[{"id":"901","episode_num":2,"season":"1","container_extension":"mp4"},{"id":5},{}]}}"#,
    ]) func findsEpisodesHoweverTheyAreGrouped(text: String) throws {
        let episode = try #require(try series(text)?.episode(season: 1, number: 2))
        #expect(episode.id == 901 && episode.containerExtension == "mp4")
    }

    @Test func ordersSeasonsAndEpisodes() throws {
        let series = try #require(
            try series(
                #"""
                {"info":{"name":"A series"},"episodes":{"10":[{"id":4,"episode_num":1,"title":"Late"}],
                "2":[{"id":3,"episode_num":10},{"id":2,"episode_num":2,"info":{"duration_secs":60}},{"id":9,"episode_num":2}]}}
                """#))
        #expect(series.title == "A series" && series.seasons.map(\.number) == [2, 10])
        #expect(series.seasons[0].episodes.map(\.id) == [2, 3])
        #expect(series.seasons[0].episodes[0].durationSeconds == 60 && series.seasons[1].episodes[0].title == "Late")
        #expect(try self.series(#"{"seasons":[],"info":[],"episodes":[]}"#) == nil)
    }

    @Test func namesSubjects() {
        #expect(MetadataSubject("vod-1906") == .film(1906) && "\(MetadataSubject.series(55))" == "series-55")
        #expect(MetadataSubject("live-8") == .guide(8))
        for text in ["vod-", "vod--1", "episode-8", "vod-1-2", "vod-x", "", "series-12345678901234567890"] {
            #expect(MetadataSubject(text) == nil)
        }
    }
}
