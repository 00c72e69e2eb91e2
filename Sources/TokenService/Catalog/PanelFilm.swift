import Contracts

/// What `get_vod_info` says of a film. Panels leave out whatever they like.
struct PanelFilm: Sendable, Equatable {
    /// The file's extension, if it is a possible one.
    let container: String?

    init(_ answer: LenientJSON) {
        container = answer["movie_data"]["container_extension"].string.flatMap(FilmExtension.name)
    }
}
