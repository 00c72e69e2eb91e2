import Contracts

/// Which places a film may have on the panel, most likely first. Pure.
enum FilmSearch {
    /// What the catalog says of it.
    enum Details: Sendable, Equatable {
        case unknown
        case film(FilmMetadata)
        case series(SeriesMetadata)
    }

    /// The place if its extension is `container`; `nil` where an episode has to be looked up first.
    static func place(of stream: StreamID, container: String) -> FilmPlace? {
        switch stream.kind {
        case .vod: FilmPlace(section: .movie, id: stream.number, container: container)
        case .episode: FilmPlace(section: .series, id: stream.number, container: container)
        case .series, .live: nil
        }
    }

    /// - Parameter hint: an extension that somebody named; counts where the catalog names none.
    /// - Returns: empty if there is no such episode.
    static func places(of stream: StreamID, _ details: Details, hint: String?) -> [FilmPlace] {
        switch details {
        case .unknown:
            return containers(nil, hint).compactMap { place(of: stream, container: $0) }
        case .film(let film):
            return containers(film.containerExtension, hint).compactMap { place(of: stream, container: $0) }
        case .series(let series):
            guard let numbers = stream.place,
                let episode = series.episode(season: numbers.season, number: numbers.episode)
            else { return [] }
            return containers(episode.containerExtension, hint).map {
                FilmPlace(section: .series, id: String(episode.id), container: $0)
            }
        }
    }

    /// The catalog's word is the only one to try; without it, all the usual ones are.
    private static func containers(_ named: String?, _ hint: String?) -> [String] {
        if let named { return [named] }
        let usual = FilmPlace.usualContainers
        return hint.map { hint in [hint] + usual.filter { $0 != hint } } ?? usual
    }
}
