import Contracts

/// Reads the answer to `get_vod_info`. Panels leave out whatever they like.
struct FilmReading: Sendable {
    let metadata: FilmMetadata
    /// Key → address.
    let images: [String: String]

    /// `nil`: the panel knows no such film. One that it only knows the extension of has an empty title.
    init?(_ answer: LenientJSON, _ cleaner: PanelCleaner) {
        let (info, data) = (answer["info"], answer["movie_data"])
        let titles = [data["name"], info["name"], info["o_name"]].compactMap { cleaner.text($0, most: 300) }
        let containerExtension = data["container_extension"].string.flatMap(FilmExtension.name)
        guard !titles.isEmpty || containerExtension != nil else { return nil }
        var film = FilmMetadata(title: titles.first ?? "")
        film.containerExtension = containerExtension
        film.plot = cleaner.text(info["plot"], most: 4000) ?? cleaner.text(info["description"], most: 4000)
        film.year = PanelCleaner.year(info["year"], info["releasedate"], info["release_date"])
        film.genre = cleaner.text(info["genre"])
        film.cast = cleaner.text(info["cast"]) ?? cleaner.text(info["actors"])
        film.director = cleaner.text(info["director"])
        film.rating = PanelCleaner.rating(info)
        film.durationSeconds = PanelCleaner.seconds(info)
        let poster = cleaner.image(info["movie_image"]) ?? cleaner.image(info["cover_big"])
        let backdrop = cleaner.image(info["backdrop_path"])
        (film.poster, film.backdrop) = (poster?.key, backdrop?.key)
        metadata = film
        images = [poster, backdrop].compactMap { $0 }.reduce(into: [:]) { $0[$1.key] = $1.address }
    }
}
