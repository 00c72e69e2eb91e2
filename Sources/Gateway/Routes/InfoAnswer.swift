import Contracts
import HTTPTypes

/// `/api/stream/info/:type/:id`: what the provider's catalog says of a film, beside what is in its file. One of the two is enough
/// for an answer; what is missing says why.
struct InfoAnswer: Encodable, Sendable {
    struct Problem: Encodable, Sendable {
        let error: String
        let code: String

        init(_ error: APIError) {
            self.error = error.message
            code = error.code
        }
    }

    private enum Key: String, CodingKey { case success, streamId, metadata, metadataProblem, fileProblem }

    let film: StreamID
    let metadata: FilmDescription?
    let metadataProblem: Problem?
    /// Its fields stand beside the others, as in `/api/stream/probe`.
    let file: ProbeAnswer?
    let fileProblem: Problem?

    /// - Parameter catalog: `nil`: the provider has no way to be asked.
    init(
        film: StreamID, catalog: Result<FilmDescription, APIError>?, file: Result<ProbeAnswer, APIError>
    ) throws(APIError) {
        self.film = film
        switch (catalog, file) {
        case (.failure(let error)?, .failure(let other)): throw error.status == .notFound ? error : other
        case (nil, .failure(let error)): throw error
        default: break
        }
        (metadata, metadataProblem) = Self.parts(catalog ?? .failure(.episodeWithoutSeries))
        (self.file, fileProblem) = Self.parts(file)
    }

    func encode(to encoder: any Encoder) throws {
        try file?.encode(to: encoder)
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(true, forKey: .success)
        try values.encode(film.description, forKey: .streamId)
        try values.encode(metadata, forKey: .metadata)
        try values.encodeIfPresent(metadataProblem, forKey: .metadataProblem)
        try values.encodeIfPresent(fileProblem, forKey: .fileProblem)
    }

    private static func parts<Value>(_ result: Result<Value, APIError>) -> (Value?, Problem?) {
        switch result {
        case .success(let value): (value, nil)
        case .failure(let error): (nil, Problem(error))
        }
    }
}

/// A film or an episode as the provider's catalog describes it. Everything but the title may be missing.
struct FilmDescription: Encodable, Sendable, Equatable {
    /// Of the film, or of the series.
    let title: String
    var plot: String?
    var year: Int?
    var genre: String?
    var cast: String?
    var director: String?
    /// 0 to 10.
    var rating: Double?
    /// Seconds.
    var duration: Int?
    /// Keys for `/api/images/:key`.
    var poster: String?
    var backdrop: String?
    var episode: Episode?

    struct Episode: Encodable, Sendable, Equatable {
        let season: Int64
        let number: Int
        let title: String
    }

    init(_ film: FilmMetadata) {
        title = film.title
        (plot, year, genre, cast, director) = (film.plot, film.year, film.genre, film.cast, film.director)
        (rating, duration, poster, backdrop) = (film.rating, film.durationSeconds, film.poster, film.backdrop)
    }

    /// Throws 404 for an episode that the series does not have.
    init(_ series: SeriesMetadata, _ place: StreamID.Place) throws(APIError) {
        guard let found = series.episode(season: place.season, number: place.episode) else { throw .noSuchEpisode }
        title = series.title
        (plot, year, genre, cast, director) = (series.plot, series.year, series.genre, series.cast, series.director)
        (rating, duration, poster, backdrop) = (series.rating, found.durationSeconds, series.poster, series.backdrop)
        episode = Episode(season: place.season, number: found.number, title: found.title)
    }
}

extension APIError {
    fileprivate static let episodeWithoutSeries = APIError(
        .notFound, "no_catalog_entry",
        "The provider describes episodes only with their series: ask for series/<series>-<season>-<episode>.")
    fileprivate static let noSuchEpisode = APIError(
        .notFound, "film_unavailable", "The series has no such episode.")
}
