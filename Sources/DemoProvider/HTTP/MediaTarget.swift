/// What a media address means.
struct MediaTarget: Sendable, Hashable {
    enum Kind: String, Sendable {
        case live, movie, series
    }

    let kind: Kind
    let id: Int64
    /// `ts` or `m3u8` for live, the container for films.
    let format: String

    /// The name in the log and at the control endpoint.
    var stream: String {
        switch kind {
        case .live: "live-\(id)"
        case .movie: "vod-\(id)"
        case .series: "episode-\(id)"
        }
    }
}
