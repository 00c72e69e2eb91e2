/// What the provider says of a series and its episodes; cleaned and bounded as `FilmMetadata`.
public struct SeriesMetadata: Contract, Equatable {
    public struct Episode: Codable, Sendable, Equatable {
        /// The provider's own: `episode-901`.
        public let id: Int64
        public let number: Int
        public var title: String
        public var containerExtension: String?
        public var durationSeconds: Int?
        /// At most 500 characters.
        public var plot: String?
        /// Key of `MetadataStore.image`: a picture of it.
        public var image: String?

        public init(id: Int64, number: Int, title: String) {
            self.id = id
            self.number = number
            self.title = title
        }
    }

    public struct Season: Codable, Sendable, Equatable {
        public let number: Int
        public var name: String?
        /// By number.
        public let episodes: [Episode]

        public init(number: Int, episodes: [Episode]) {
            self.number = number
            self.episodes = episodes
        }
    }

    public var v = 1
    public var title: String
    public var plot: String?
    public var year: Int?
    public var genre: String?
    public var cast: String?
    public var director: String?
    public var rating: Double?
    public var poster: String?
    public var backdrop: String?
    /// By number; only those with episodes.
    public var seasons: [Season]

    public init(title: String, seasons: [Season]) {
        self.title = title
        self.seasons = seasons
    }

    public func episode(season: Int64, number: Int64) -> Episode? {
        seasons.first { $0.number == season }?.episodes.first { $0.number == number }
    }
}
