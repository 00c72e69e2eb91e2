/// One channel, film or series as a list of the catalog names it; what belongs to another kind is absent.
///
/// Texts are cleaned: no host, credential or control character of the provider is left. Bounds: name 300 characters, plot 600,
/// others 300.
public struct CatalogEntry: Sendable, Hashable {
    /// The provider's number: of the stream, or of the series.
    public var id: Int64
    /// Place in the provider's own list (`num`).
    public var number: Int64
    public var name: String
    /// The first is the one that it is shown under.
    public var categories: [Int64] = []
    /// Key of `MetadataStore.image`: logo, poster or cover.
    public var image: String?
    /// Seconds since 1970; of a series, when it last changed.
    public var added: Int64?
    /// 0 to 10.
    public var rating: Double?
    public var year: Int?
    public var isAdult = false
    /// Films: a `FilmExtension`.
    public var containerExtension: String?
    /// Channels: what the provider's guide calls it (`epg_channel_id`).
    public var guideID: String?
    /// Channels: days that the provider keeps, 0 for none.
    public var archiveDays = 0
    /// Series only, as the rest.
    public var plot: String?
    public var genre: String?
    public var cast: String?
    public var director: String?
    /// As the provider writes it.
    public var releaseDate: String?
    /// Key of `MetadataStore.image`.
    public var backdrop: String?
    /// The provider's word for a video elsewhere, usually an id at YouTube.
    public var trailer: String?
    /// Length of an episode.
    public var episodeMinutes: Int?

    public init(id: Int64, number: Int64, name: String) {
        self.id = id
        self.number = number
        self.name = name
    }
}
