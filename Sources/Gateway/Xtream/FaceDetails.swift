// Properties are named as panels name them in JSON.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Contracts

/// `get_vod_info` and `get_series_info` in the panel's shapes.
struct FaceFilmInfo: Encodable {
    struct Info: Encodable {
        let name: String
        let movie_image: String
        let cover_big: String
        let backdrop_path: [String]
        let plot: String
        let description: String
        let genre: String
        let cast: String
        let actors: String
        let director: String
        let releasedate: String
        let rating: String
        let duration_secs: Int
        let duration: String
    }

    struct Data: Encodable {
        let stream_id: Int64
        let name: String
        let added: String
        let category_id: String
        let container_extension: String
        let custom_sid = ""
        let direct_source = ""
    }

    let info: Info
    let movie_data: Data

    init(_ id: Int64, _ film: FilmMetadata, _ entry: Contracts.CatalogEntry?, _ rows: FaceRows) {
        let name = film.title.isEmpty ? entry?.name ?? "" : film.title
        let poster = rows.image(film.poster ?? entry?.image)
        let seconds = film.durationSeconds ?? 0
        info = Info(
            name: name, movie_image: poster, cover_big: poster,
            backdrop_path: film.backdrop.map { [rows.image($0)] } ?? [], plot: film.plot ?? "",
            description: film.plot ?? "", genre: film.genre ?? "", cast: film.cast ?? "", actors: film.cast ?? "",
            director: film.director ?? "", releasedate: film.year.map(String.init) ?? "",
            rating: (film.rating ?? entry?.rating).map { "\($0)" } ?? "", duration_secs: seconds,
            duration: Self.duration(seconds))
        movie_data = Data(
            stream_id: id, name: name, added: FaceRows.text(entry?.added),
            category_id: FaceRows.text(entry?.categories.first),
            container_extension: film.containerExtension ?? entry?.containerExtension ?? "mp4")
    }

    /// `01:30:05`.
    static func duration(_ seconds: Int) -> String {
        [seconds / 3600, seconds / 60 % 60, seconds % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }
}

struct FaceSeriesInfo: Encodable {
    struct Season: Encodable {
        let id: Int
        let season_number: Int
        let name: String
        let episode_count: Int
        let air_date = ""
        let overview = ""
        let cover: String
        let cover_big: String
    }

    struct Episode: Encodable {
        struct Info: Encodable {
            let name: String
            let duration_secs: Int
            let duration: String
            let movie_image: String
        }

        let id: String
        let episode_num: Int
        let title: String
        let container_extension: String
        let season: Int
        let added = ""
        let custom_sid = ""
        let direct_source = ""
        let info: Info
    }

    let seasons: [Season]
    let info: FaceRows.Series
    /// By the season's number, as a text.
    let episodes: [String: [Episode]]

    init(_ id: Int64, _ series: SeriesMetadata, _ entry: Contracts.CatalogEntry?, _ rows: FaceRows) {
        let cover = rows.image(series.poster ?? entry?.image)
        seasons = series.seasons.map {
            Season(
                id: $0.number, season_number: $0.number, name: "Season \($0.number)", episode_count: $0.episodes.count,
                cover: cover, cover_big: cover)
        }
        var known = entry ?? Contracts.CatalogEntry(id: id, number: 0, name: series.title)
        if !series.title.isEmpty { known.name = series.title }
        known.image = series.poster ?? known.image
        known.backdrop = series.backdrop ?? known.backdrop
        known.plot = series.plot ?? known.plot
        known.genre = series.genre ?? known.genre
        known.cast = series.cast ?? known.cast
        known.director = series.director ?? known.director
        known.rating = series.rating ?? known.rating
        known.releaseDate = known.releaseDate ?? series.year.map(String.init)
        info = rows.series(known)
        episodes = Dictionary(
            series.seasons.map { season in
                (String(season.number), season.episodes.map { Self.episode($0, season.number, cover) })
            }, uniquingKeysWith: +)
    }

    private static func episode(_ episode: SeriesMetadata.Episode, _ season: Int, _ cover: String) -> Episode {
        let seconds = episode.durationSeconds ?? 0
        return Episode(
            id: String(episode.id), episode_num: episode.number, title: episode.title,
            container_extension: episode.containerExtension ?? "mp4", season: season,
            info: .init(
                name: episode.title, duration_secs: seconds, duration: FaceFilmInfo.duration(seconds),
                movie_image: cover))
    }
}
