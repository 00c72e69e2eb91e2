/// Films and series, their categories and details.
struct FilmLists {
    let library: MediaLibrary
    let facts: FilmFacts
    let request: Request
    let provider: Provider

    /// Categories of films and series that are only in the lists.
    private static let (filmDrawers, seriesDrawers): (Int64, Int64) = (100, 200)

    private var host: String { "http://\(request.host ?? "127.0.0.1"):\(request.port)" }

    func categories(padding: Int) -> JSON {
        let own: JSON = ["category_id": "10", "category_name": "Films", "parent_id": 0]
        return .array([own] + (padding > 0 ? Padding.categories(from: Self.filmDrawers) : []))
    }

    func seriesCategories(padding: Int) -> JSON {
        let own: JSON = ["category_id": "20", "category_name": "Series", "parent_id": 0]
        return .array([own] + (padding > 0 ? Padding.categories(from: Self.seriesDrawers) : []))
    }

    /// A poster's address: of the folder `images`, or painted.
    private func poster(_ name: String) -> JSON {
        let isFile = FilmFile.exists(provider.imageFolder + "/\(name).jpg")
        return .string("\(host)/images/\(name).\(isFile ? "jpg" : "png")")
    }

    func streams(category: String?, padding: Int) -> JSON {
        guard category == nil || category == "10" else { return [] }
        var list = library.films.enumerated().map { place, film -> JSON in
            [
                "num": .of(place + 1), "name": .string(film.name), "stream_type": "movie", "stream_id": .of(film.id),
                "stream_icon": poster("vod-\(film.id)"), "rating": place.isMultiple(of: 2) ? "7.1" : 7,
                "rating_5based": "3.6", "added": .text(film.added), "is_adult": "0", "category_id": "10",
                "category_ids": [10], "container_extension": .string(film.container), "custom_sid": "",
                "direct_source": "",
            ]
        }
        list.reserveCapacity(list.count + padding)
        let films = Padding(host: host)
        for number in 0..<padding {
            list.append(films.film(number, place: list.count + 1, drawersFrom: Self.filmDrawers))
        }
        return .array(list)
    }

    /// Unknown titles get an empty array where an object belongs.
    func info(id: Int64?) -> JSON {
        guard let film = id.flatMap({ library.film($0) }) else { return ["info": [], "movie_data": []] }
        var info: [JSON.Member] = [
            .init(name: "name", value: .string(film.name)), .init(name: "movie_image", value: poster("vod-\(film.id)")),
            .init(name: "plot", value: "A demo film with a clock and a beep each second."),
            .init(name: "releasedate", value: "2026-11-22"), .init(name: "genre", value: "Demo, Clock"),
            .init(name: "cast", value: "A Clock, A Beep"), .init(name: "director", value: "ffmpeg"),
            .init(name: "rating", value: "7.1"),
            .init(name: "backdrop_path", value: .array([poster("vod-\(film.id)")])),
        ]
        info += details(film)
        return [
            "info": .object(info),
            "movie_data": [
                "stream_id": .text(film.id), "name": .string(film.name), "added": .text(film.added),
                "category_id": "10", "container_extension": .string(film.container), "custom_sid": .null,
                "direct_source": "",
            ],
        ]
    }

    private func details(_ film: Film) -> [JSON.Member] {
        guard let fact = facts.fact(film) else { return [] }
        let whole = Int(fact.seconds)
        let clock = [whole / 3600, whole / 60 % 60, whole % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return [
            .init(name: "duration_secs", value: .of(whole)),
            .init(name: "duration", value: .string(clock.joined(separator: ":"))),
            .init(
                name: "video",
                value: [
                    "codec_name": .string(fact.videoCodec), "width": .of(fact.width), "height": .of(fact.height),
                ]),
            .init(name: "audio", value: ["codec_name": .string(fact.audioCodec), "channels": .of(fact.audioChannels)]),
            .init(name: "bitrate", value: .of(Int64(facts.bitRate(film) / 1000))),
        ]
    }

    func series(category: String?, padding: Int) -> JSON {
        guard category == nil || category == "20" else { return [] }
        let others = Padding(host: host)
        let own = library.series.count
        let padded = (0..<padding).map {
            others.series($0, place: own + $0 + 1, drawersFrom: Self.seriesDrawers)
        }
        return .array(
            library.series.enumerated().map { place, series in
                [
                    "num": .of(place + 1), "name": .string(series.name), "series_id": .of(series.id),
                    "cover": poster("series-\(series.id)"), "plot": "", "cast": .null, "director": .null,
                    "genre": "Demo",
                    "releaseDate": "2026-11-22", "last_modified": "1700000000", "rating": "6", "rating_5based": 3,
                    "backdrop_path": [], "youtube_trailer": "", "episode_run_time": "0", "category_id": "20",
                ]
            } + padded)
    }

    func seriesInfo(id: Int64?) -> JSON {
        guard let series = library.series.first(where: { $0.id == id }) else {
            return ["seasons": [], "info": [], "episodes": []]
        }
        let seasons = Set(series.episodes.map(\.season)).sorted()
        return [
            "seasons": .array(
                seasons.map { season in
                    [
                        "id": .of(season), "name": .string("Season \(season)"), "season_number": .of(season),
                        "episode_count": .text(series.episodes.count { $0.season == season }),
                    ]
                }),
            "info": ["name": .string(series.name), "cover": poster("series-\(series.id)"), "category_id": "20"],
            "episodes": .object(
                seasons.map { season in
                    let episodes = series.episodes.filter { $0.season == season }
                    return .init(name: String(season), value: .array(episodes.map(episode)))
                }),
        ]
    }

    private func episode(_ episode: Episode) -> JSON {
        [
            "id": .text(episode.film.id), "episode_num": .of(episode.number), "title": .string(episode.film.name),
            "container_extension": .string(episode.film.container), "info": .object(details(episode.film)),
            "custom_sid": .null, "added": .text(episode.film.added), "season": .of(episode.season), "direct_source": "",
        ]
    }
}
