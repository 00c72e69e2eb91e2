/// Where a film lies on the panel: `/movie/U/P/1906.mkv`, `/series/U/P/901.mp4`.
struct FilmPlace: Sendable, Hashable {
    enum Section: String, Sendable { case movie, series }

    /// Extensions that are tried when nobody knows the right one: what panels have most, first.
    static let usualContainers = ["mkv", "mp4", "avi", "ts", "flv"]

    let section: Section
    /// Digits.
    let id: String
    /// A `FilmExtension`.
    let container: String
}
