/// A series: a folder of episodes.
struct Series: Sendable {
    let id: Int64
    let name: String
    let episodes: [Episode]
}

/// One episode: `S01E02 Name.mkv`.
struct Episode: Sendable {
    let season: Int
    let number: Int
    let film: Film

    /// Panels number episodes on their own; ours are made from the place, so that they stay the same.
    static func id(series: Int64, season: Int, number: Int) -> Int64 {
        series * 10000 + Int64(season) * 100 + Int64(number)
    }

    static func place(in stem: String) -> (season: Int, number: Int, title: String)? {
        guard let match = stem.firstMatch(of: /^[Ss](\d{1,2})[Ee](\d{1,2})[ _-]*(.*)$/), let season = Int(match.1),
            let number = Int(match.2)
        else { return nil }
        return (season, number, match.3.isEmpty ? stem : String(match.3))
    }
}
