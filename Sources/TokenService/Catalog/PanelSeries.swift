import Contracts

/// What `get_series_info` says of a series. Episodes come by season (`{"1": [ … ]}`), as a list of lists, or as one list.
struct PanelSeries: Sendable, Equatable {
    struct Episode: Sendable, Equatable {
        let id: Int64
        let season: Int64
        let number: Int64
        let container: String?
    }

    /// More than any series has. What is beyond is left out.
    private static let most = 10_000

    /// By season and number.
    let episodes: [Episode]

    init(_ answer: LenientJSON) {
        var found: [Episode] = []
        for (place, (key, group)) in answer["episodes"].elements.enumerated() {
            let isOneEpisode = !group.isList && group["id"] != .null
            let list = isOneEpisode ? [group] : group.elements.map(\.value)
            let season = isOneEpisode ? nil : key.flatMap { Int64($0) } ?? Int64(place + 1)
            for entry in list where found.count < Self.most {
                if let episode = Episode(entry, season: season) { found.append(episode) }
            }
        }
        episodes = found.sorted { ($0.season, $0.number, $0.id) < ($1.season, $1.number, $1.id) }
    }

    func episode(season: Int64, number: Int64) -> Episode? {
        episodes.first { $0.season == season && $0.number == number }
    }
}

extension PanelSeries.Episode {
    /// `nil` without an id and a number. The season that it names counts more than that of the list it is in.
    init?(_ entry: LenientJSON, season: Int64?) {
        guard let id = entry["id"].integer, id > 0, let number = entry["episode_num"].integer else { return nil }
        self.id = id
        self.number = number
        self.season = entry["season"].integer ?? season ?? 1
        container = entry["container_extension"].string.flatMap(FilmExtension.name)
    }
}
