/// A media address of the panel: what is wanted, and by whom.
///
/// `/live/U/P/8.ts`, `/live/U/P/8.m3u8`, `/U/P/8[.ts]`, `/movie/U/P/1906.mkv`, `/series/U/P/550102.mkv`,
/// `/series/U/P/55/1/2.mkv`.
struct MediaAddress {
    let user: String
    let password: String
    let target: MediaTarget

    init?(_ segments: [String], library: MediaLibrary) {
        guard segments.count >= 3, let file = segments.last else { return nil }
        let parts = file.split(separator: ".", maxSplits: 1)
        guard let name = parts.first, let number = Int64(name), number > 0 else { return nil }
        let format = parts.count > 1 ? String(parts[1]).lowercased() : "ts"
        guard format.utf8.count <= 5 else { return nil }
        switch (segments[0], segments.count) {
        case ("live", 4) where format == "ts" || format == "m3u8":
            target = MediaTarget(kind: .live, id: number, format: format)
        case ("movie", 4): target = MediaTarget(kind: .movie, id: number, format: format)
        case ("series", 4): target = MediaTarget(kind: .series, id: number, format: format)
        case ("series", 6):
            guard let series = Int64(segments[3]), let season = Int(segments[4]),
                let film = library.episode(series: series, season: season, number: Int(number))
            else { return nil }
            target = MediaTarget(kind: .series, id: film.id, format: format)
        case (_, 3) where format == "ts" || format == "m3u8":
            target = MediaTarget(kind: .live, id: number, format: format)
        default: return nil
        }
        let credentials = segments.count == 3 ? segments[0...1] : segments[1...2]
        user = credentials[credentials.startIndex]
        password = credentials[credentials.startIndex + 1]
    }
}
