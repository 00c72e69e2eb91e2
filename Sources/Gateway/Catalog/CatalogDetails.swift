import Contracts

/// Everything that the provider says of one film, or of a series with its episodes. What is not known is `null`.
struct CatalogDetails: Encodable, Sendable {
    enum Subject: Sendable {
        case film(FilmMetadata)
        case series(SeriesMetadata)
    }

    let id: Int64
    let subject: Subject
    /// From the list, if it is in memory.
    let entry: CatalogEntry?

    private enum Key: String, CodingKey {
        case success, item
    }

    private enum ItemKey: String, CodingKey {
        case id, streamId, name, categoryId, image, backdrop, rating, year, `extension`, added, plot, genre, cast,
            director
        case duration, seasons
    }

    func encode(to encoder: any Encoder) throws {
        var answer = encoder.container(keyedBy: Key.self)
        try answer.encode(true, forKey: .success)
        var item = answer.nestedContainer(keyedBy: ItemKey.self, forKey: .item)
        try item.encode(id, forKey: .id)
        try item.encode(entry?.categories.first, forKey: .categoryId)
        switch subject {
        case .film(let film): try encode(film, to: &item)
        case .series(let series): try encode(series, to: &item)
        }
    }

    private func encode(_ film: FilmMetadata, to item: inout KeyedEncodingContainer<ItemKey>) throws {
        try item.encode(StreamID.vod(id).description, forKey: .streamId)
        try item.encode(name(film.title), forKey: .name)
        try item.encode(ImageName.path(film.poster ?? entry?.image), forKey: .image)
        try item.encode(ImageName.path(film.backdrop), forKey: .backdrop)
        try item.encode(film.rating ?? entry?.rating, forKey: .rating)
        try item.encode(film.year ?? entry?.year, forKey: .year)
        try item.encode(film.containerExtension ?? entry?.containerExtension, forKey: .extension)
        try item.encode(entry?.added, forKey: .added)
        try item.encode(film.plot, forKey: .plot)
        try item.encode(film.genre, forKey: .genre)
        try item.encode(film.cast, forKey: .cast)
        try item.encode(film.director, forKey: .director)
        try item.encode(film.durationSeconds, forKey: .duration)
    }

    private func encode(_ series: SeriesMetadata, to item: inout KeyedEncodingContainer<ItemKey>) throws {
        try item.encode(name(series.title), forKey: .name)
        try item.encode(ImageName.path(series.poster ?? entry?.image), forKey: .image)
        try item.encode(ImageName.path(series.backdrop ?? entry?.backdrop), forKey: .backdrop)
        try item.encode(series.rating ?? entry?.rating, forKey: .rating)
        try item.encode(series.year ?? entry?.year, forKey: .year)
        try item.encode(series.plot ?? entry?.plot, forKey: .plot)
        try item.encode(series.genre ?? entry?.genre, forKey: .genre)
        try item.encode(series.cast ?? entry?.cast, forKey: .cast)
        try item.encode(series.director ?? entry?.director, forKey: .director)
        try item.encode(series.seasons.map { Season(series: id, season: $0) }, forKey: .seasons)
    }

    /// A panel may know a title in its list only.
    private func name(_ title: String) -> String { title.isEmpty ? entry?.name ?? "" : title }
}

extension CatalogDetails {
    private struct Season: Encodable {
        let series: Int64
        let season: SeriesMetadata.Season

        private enum Key: String, CodingKey { case season, name, episodes }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(season.number, forKey: .season)
            try container.encode(season.name, forKey: .name)
            try container.encode(
                season.episodes.map { Episode(series: series, season: season.number, episode: $0) }, forKey: .episodes)
        }
    }

    private struct Episode: Encodable {
        let series: Int64
        let season: Int
        let episode: SeriesMetadata.Episode

        private enum Key: String, CodingKey {
            case id, streamId, episodeStreamId, episode, title, `extension`, duration, image, plot
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(episode.id, forKey: .id)
            try container.encode("series-\(series)-\(season)-\(episode.number)", forKey: .streamId)
            try container.encode(StreamID.episode(episode.id).description, forKey: .episodeStreamId)
            try container.encode(episode.number, forKey: .episode)
            try container.encode(episode.title, forKey: .title)
            try container.encode(episode.containerExtension, forKey: .extension)
            try container.encode(episode.durationSeconds, forKey: .duration)
            try container.encode(ImageName.path(episode.image), forKey: .image)
            try container.encode(episode.plot, forKey: .plot)
        }
    }
}
