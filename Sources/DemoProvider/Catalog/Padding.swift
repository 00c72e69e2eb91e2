/// Films and series that exist in the lists only, to make catalogs as long as real ones: the same ones in every run.
///
/// Their ids begin at a million, which no demo film has.
struct Padding {
    static let firstID: Int64 = 1_000_000

    /// Drawers of either list.
    private static let drawers = [
        "Action", "Animation", "Aventure", "Biographie", "Comédie", "Crime", "Documentaire", "Drame", "Famille",
        "Fantastique",
        "Guerre", "Histoire", "Horreur", "Musique", "Mystère", "Nollywood", "Romance", "Science-fiction", "Thriller",
        "Western",
    ]
    private static let firstWords = [
        "Amélie", "Black", "Château", "Dakar", "Éternel", "Frère", "Garçon", "Harmattan", "Île", "Jungle", "Kinshasa",
        "Lumière",
        "Nuit", "Ñandú", "Ouagadougou", "Père", "Queen", "Rêve", "Señor", "Tête", "Über", "Voyage", "Waré", "Zürich",
    ]
    private static let lastWords = [
        "& Sons", "à Abidjan", "Brûlée", "Code", "de l’Aube", "Express", "Forever", "Game", "Heist", "in Love",
        "Junction",
        "Kings", "Land", "Memory", "No Return", "of Silence", "Protocol", "Rising", "Sans Fin", "the Movie", "Unité",
        "vs. Fate",
    ]
    private static let sentence =
        "Deux familles, une ville et un secret que personne n’a gardé; when the rains come, everything that was buried is found "
        + "again, and the ones who left must choose whom they return to. "

    /// Where posters are.
    let host: String

    static func categories(from first: Int64) -> [JSON] {
        drawers.enumerated().map { place, name in
            ["category_id": .text(first + Int64(place)), "category_name": .string(name), "parent_id": 0]
        }
    }

    private static func drawer(_ number: Int, from first: Int64) -> Int64 {
        first + Int64(number % 7 * 3 + number / 7) % Int64(drawers.count)
    }

    private static func name(_ number: Int) -> String {
        let first = firstWords[number % firstWords.count]
        let last = lastWords[number / firstWords.count % lastWords.count]
        let part = number / (firstWords.count * lastWords.count)
        return "\(first) \(last)" + (part > 0 ? " \(part + 1)" : "")
    }

    private static func year(_ number: Int) -> Int { 1960 + number * 7 % 66 }

    /// - Parameters:
    ///   - number: from 0.
    ///   - place: in the whole list, from 1.
    func film(_ number: Int, place: Int, drawersFrom first: Int64) -> JSON {
        let id = Self.firstID + Int64(number)
        return [
            "num": .of(place), "name": .string("\(Self.name(number)) (\(Self.year(number)))"), "stream_type": "movie",
            "stream_id": number.isMultiple(of: 5) ? .text(id) : .of(id),
            "stream_icon": .string("\(host)/images/vod-\(id).png"), "rating": .text(number % 10),
            "rating_5based": .of(number % 10 / 2), "added": .text(1_600_000_000 + number * 1000), "is_adult": "0",
            "category_id": .text(Self.drawer(number, from: first)),
            "container_extension": number.isMultiple(of: 3) ? "mp4" : "mkv", "custom_sid": .null, "direct_source": "",
        ]
    }

    func series(_ number: Int, place: Int, drawersFrom first: Int64) -> JSON {
        let id = Self.firstID + Int64(number)
        return [
            "num": .of(place), "name": .string("\(Self.name(number)) – la série"), "series_id": .of(id),
            "cover": .string("\(host)/images/series-\(id).png"),
            "plot": .string(String(repeating: Self.sentence, count: 1 + number % 3)),
            "cast": "Aïssa Maïga, Idris Elba, Ramata-Toulaye Sy", "director": .string("Director \(number % 900)"),
            "genre": "Drama, Crime", "releaseDate": .string("\(Self.year(number))-03-31"),
            "last_modified": .text(1_600_000_000 + number * 1000), "rating": .text(number % 10),
            "rating_5based": .of(number % 10 / 2), "backdrop_path": [.string("\(host)/images/series-\(id).png")],
            "youtube_trailer": "", "episode_run_time": "45", "category_id": .text(Self.drawer(number, from: first)),
        ]
    }
}
