import Contracts

/// Reads one element of `get_live_streams`, `get_vod_streams` or `get_series`. Panels leave out whatever they like.
struct EntryReading: Sendable {
    private(set) var entry: CatalogEntry
    /// Key → address.
    private(set) var images: [String: String] = [:]

    /// - Parameter place: in the list, from 1: its number where the panel gives none.
    /// - Returns: `nil` without an id or a name, and for lines that only divide the list (`##### SPORTS #####` has no stream).
    init?(_ element: LenientJSON, _ kind: CatalogKind, place: Int, _ cleaner: PanelCleaner) {
        let id = element[kind == .series ? "series_id" : "stream_id"].integer ?? element["id"].integer
        guard let id, (1..<1_000_000_000_000_000_000).contains(id),
            let name = cleaner.text(element["name"], most: 300) ?? cleaner.text(element["title"], most: 300)
        else { return nil }
        entry = CatalogEntry(id: id, number: element["num"].integer ?? Int64(place), name: name)
        entry.categories = Self.categories(element)
        let added = element[kind == .series ? "last_modified" : "added"].integer
        entry.added = added.flatMap { $0 > 0 && $0 < 100_000_000_000 ? $0 : nil }
        entry.isAdult = element["is_adult"].integer == 1
        switch kind {
        case .live: readChannel(element, cleaner)
        case .vod: readFilm(element, cleaner)
        case .series: readSeries(element, cleaner)
        }
    }

    /// At most eight, the one that counts first.
    private static func categories(_ element: LenientJSON) -> [Int64] {
        let all = [element["category_id"]] + element["category_ids"].elements.map(\.value)
        var found: [Int64] = []
        for id in all.compactMap(\.integer) where id > 0 && !found.contains(id) && found.count < 8 { found.append(id) }
        return found
    }

    private mutating func readChannel(_ element: LenientJSON, _ cleaner: PanelCleaner) {
        entry.image = image(element["stream_icon"], cleaner)
        entry.guideID = cleaner.text(element["epg_channel_id"], most: 100)
        guard element["tv_archive"].integer == 1 else { return }
        entry.archiveDays = Int(min(max(element["tv_archive_duration"].integer ?? 1, 0), 365))
    }

    private mutating func readFilm(_ element: LenientJSON, _ cleaner: PanelCleaner) {
        entry.image = image(element["stream_icon"], cleaner) ?? image(element["cover"], cleaner)
        entry.containerExtension = element["container_extension"].string.flatMap(FilmExtension.name)
        entry.rating = PanelCleaner.rating(element)
        entry.year =
            PanelCleaner.year(element["year"], element["releaseDate"], element["release_date"])
            ?? Self.yearAtEnd(of: entry.name)
    }

    private mutating func readSeries(_ element: LenientJSON, _ cleaner: PanelCleaner) {
        entry.image = image(element["cover"], cleaner)
        entry.backdrop = image(element["backdrop_path"], cleaner)
        entry.rating = PanelCleaner.rating(element)
        entry.releaseDate =
            cleaner.text(element["releaseDate"], most: 40) ?? cleaner.text(element["release_date"], most: 40)
        entry.year =
            PanelCleaner.year(element["year"], element["releaseDate"], element["release_date"])
            ?? Self.yearAtEnd(of: entry.name)
        entry.plot = cleaner.text(element["plot"], most: 600)
        entry.genre = cleaner.text(element["genre"], most: 300)
        entry.cast = cleaner.text(element["cast"], most: 300)
        entry.director = cleaner.text(element["director"], most: 300)
        entry.trailer = cleaner.text(element["youtube_trailer"], most: 100)
        let minutes = element["episode_run_time"].integer
        entry.episodeMinutes = minutes.flatMap { (1...1440).contains($0) ? Int($0) : nil }
    }

    private mutating func image(_ value: LenientJSON, _ cleaner: PanelCleaner) -> String? {
        guard let image = cleaner.image(value) else { return nil }
        images[image.key] = image.address
        return image.key
    }

    /// `The film (1999)`: lists of films rarely say the year elsewhere.
    static func yearAtEnd(of name: String) -> Int? {
        guard name.hasSuffix(")"), name.utf8.count > 6 else { return nil }
        let digits = name.utf8.suffix(6).dropLast()
        guard digits.first == UInt8(ascii: "("), let year = Int(String(decoding: digits.dropFirst(), as: UTF8.self)),
            (1870...2100).contains(year)
        else { return nil }
        return year
    }
}
