import Contracts

/// Reads the answer to `get_series_info`. Episodes come by season (`{"1": [ … ]}`), as a list of lists, or as one list.
struct SeriesReading: Sendable {
    /// More episodes than any series has. What is beyond is left out.
    private static let most = 5000
    /// Episodes whose plots and pictures are kept: a value in Redis has its limits.
    private static let mostDescribed = 1000

    let metadata: SeriesMetadata
    let images: [String: String]

    /// `nil`: the panel knows no such series.
    init?(_ answer: LenientJSON, _ cleaner: PanelCleaner) {
        let info = answer["info"]
        var gathered: [String: String] = [:]
        let seasons = Self.seasons(answer["episodes"], cleaner, Self.names(answer["seasons"], cleaner), &gathered)
        let title = cleaner.text(info["name"], most: 300)
        guard title != nil || !seasons.isEmpty else { return nil }
        var series = SeriesMetadata(title: title ?? "", seasons: seasons)
        series.plot = cleaner.text(info["plot"], most: 4000)
        series.year = PanelCleaner.year(info["year"], info["releaseDate"], info["release_date"])
        series.genre = cleaner.text(info["genre"])
        series.cast = cleaner.text(info["cast"])
        series.director = cleaner.text(info["director"])
        series.rating = PanelCleaner.rating(info)
        let (poster, backdrop) = (cleaner.image(info["cover"]), cleaner.image(info["backdrop_path"]))
        (series.poster, series.backdrop) = (poster?.key, backdrop?.key)
        metadata = series
        images = [poster, backdrop].compactMap { $0 }.reduce(into: gathered) { $0[$1.key] = $1.address }
    }

    /// Season → what the panel calls it.
    private static func names(_ seasons: LenientJSON, _ cleaner: PanelCleaner) -> [Int: String] {
        seasons.elements.reduce(into: [:]) { names, element in
            guard let number = element.value["season_number"].integer.flatMap({ Int(exactly: $0) }) else { return }
            names[number] = cleaner.text(element.value["name"], most: 200)
        }
    }

    private static func seasons(
        _ groups: LenientJSON, _ cleaner: PanelCleaner, _ names: [Int: String], _ images: inout [String: String]
    ) -> [SeriesMetadata.Season] {
        var found: [Int: [Int: SeriesMetadata.Episode]] = [:]
        var count = 0
        for (place, (key, group)) in groups.elements.enumerated() {
            let isOneEpisode = !group.isList && group["id"] != .null
            let list = isOneEpisode ? [group] : group.elements.map(\.value)
            let season = isOneEpisode ? nil : key.flatMap { Int($0) } ?? place + 1
            for entry in list where count < most {
                guard var episode = episode(entry, cleaner) else { continue }
                // The season that an episode names counts more than that of the list it is in; the first of a number counts.
                let number = entry["season"].integer.map { Int($0) } ?? season ?? 1
                guard found[number]?[episode.number] == nil else { continue }
                if count < mostDescribed { describe(&episode, entry["info"], cleaner, &images) }
                found[number, default: [:]][episode.number] = episode
                count += 1
            }
        }
        return found.sorted { $0.key < $1.key }.map { number, episodes in
            var season = SeriesMetadata.Season(
                number: number, episodes: episodes.values.sorted { $0.number < $1.number })
            season.name = names[number]
            return season
        }
    }

    private static func describe(
        _ episode: inout SeriesMetadata.Episode, _ info: LenientJSON, _ cleaner: PanelCleaner,
        _ images: inout [String: String]
    ) {
        episode.plot = cleaner.text(info["plot"], most: 500)
        guard let image = cleaner.image(info["movie_image"]) else { return }
        episode.image = image.key
        images[image.key] = image.address
    }

    /// `nil` without an id and a number.
    private static func episode(_ entry: LenientJSON, _ cleaner: PanelCleaner) -> SeriesMetadata.Episode? {
        guard let id = entry["id"].integer, id > 0, let number = entry["episode_num"].integer, number >= 0 else {
            return nil
        }
        let title = cleaner.text(entry["title"], most: 300) ?? "\(number)"
        var episode = SeriesMetadata.Episode(id: id, number: Int(number), title: title)
        episode.containerExtension = entry["container_extension"].string.flatMap(FilmExtension.name)
        episode.durationSeconds = PanelCleaner.seconds(entry["info"])
        return episode
    }
}
