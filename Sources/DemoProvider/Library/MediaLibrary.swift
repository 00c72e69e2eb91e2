import FoundationEssentials

/// What there is to play: found in a folder's names, the number in front is the id.
///
///     live/8 Name.ts    movies/1906 Name.mkv    series/55 Name/S01E02 Name.mkv
struct MediaLibrary: Sendable {
    private(set) var channels: [LiveSource] = []
    private(set) var films: [Film] = []
    private(set) var series: [Series] = []
    /// Shown instead of a channel when the account is in use elsewhere: `slate/… .ts`.
    private(set) var slate: LiveSource?

    init() {}

    /// Reads a folder. What does not look like media is passed over. Blocks; called once at start.
    init(folder: String) throws {
        channels = try Self.entries(folder + "/live").compactMap { entry in
            guard entry.extension == "ts", let title = Self.numbered(entry.stem) else { return nil }
            return LiveSource(id: title.id, name: title.name, path: entry.path)
        }
        films = try Self.entries(folder + "/movies").compactMap { entry in
            guard !entry.extension.isEmpty, let title = Self.numbered(entry.stem) else { return nil }
            return try Film(id: title.id, name: title.name, path: entry.path, container: entry.extension)
        }
        series = try Self.entries(folder + "/series").compactMap { entry in
            guard let title = Self.numbered(entry.name) else { return nil }
            return Series(id: title.id, name: title.name, episodes: try Self.episodes(of: title.id, in: entry.path))
        }
        slate = try Self.entries(folder + "/slate").first { $0.extension == "ts" }
            .map { LiveSource(id: 0, name: "slate", path: $0.path) }
        channels.sort { $0.id < $1.id }
        films.sort { $0.id < $1.id }
        series.sort { $0.id < $1.id }
    }

    /// Films and series of `newer` in place of ours.
    mutating func takeFilms(of newer: MediaLibrary) { (films, series) = (newer.films, newer.series) }

    private struct Entry {
        let path: String
        let name: String
        var stem: String { name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name }
        var `extension`: String {
            name.lastIndex(of: ".").map { String(name[name.index(after: $0)...]).lowercased() } ?? ""
        }
    }

    private static func entries(_ folder: String) throws -> [Entry] {
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            .filter { !$0.hasPrefix(".") }
            .map { Entry(path: folder + "/" + $0, name: $0) }
    }

    /// `8 Some name` is id 8, "Some name"; a bare number is its own name.
    private static func numbered(_ text: String) -> (id: Int64, name: String)? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let id = Int64(digits), id > 0 else { return nil }
        let rest = text.dropFirst(digits.count).drop { " -_".contains($0) }
        return (id, rest.isEmpty ? String(digits) : String(rest))
    }

    private static func episodes(of series: Int64, in folder: String) throws -> [Episode] {
        try entries(folder).compactMap { entry in
            guard let place = Episode.place(in: entry.stem) else { return nil }
            let film = try Film(
                id: Episode.id(series: series, season: place.season, number: place.number), name: place.title,
                path: entry.path, container: entry.extension)
            return Episode(season: place.season, number: place.number, film: film)
        }
    }

    func film(_ id: Int64) -> Film? { films.first { $0.id == id } }
    func episode(_ id: Int64) -> Film? {
        series.lazy.flatMap(\.episodes).first { $0.film.id == id }?.film
    }
    func episode(series id: Int64, season: Int, number: Int) -> Film? {
        series.first { $0.id == id }?.episodes.first { $0.season == season && $0.number == number }?.film
    }
}
