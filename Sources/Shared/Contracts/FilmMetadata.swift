/// What the provider says of a film, cleaned: no host, credential or control character of it is left.
///
/// Anything may be missing; without a name at the provider the title is empty. Texts are bounded: title 300 characters, plot
/// 4000, others 500.
public struct FilmMetadata: Contract, Equatable {
    public var v = 1
    public var title: String
    public var plot: String?
    public var year: Int?
    public var genre: String?
    public var cast: String?
    public var director: String?
    /// 0 to 10.
    public var rating: Double?
    public var durationSeconds: Int?
    /// A `FilmExtension`; what the file really is may be another.
    public var containerExtension: String?
    /// Keys of `MetadataStore.image`, for `/api/images/:key`.
    public var poster: String?
    public var backdrop: String?

    public init(title: String) { self.title = title }
}
