/// Bounds of the catalog. A list beyond them is kept as far as it goes.
public enum CatalogLimits {
    /// Entries of one list; real providers have 57,000 films.
    public static let entries = 200_000
    /// Bytes of one list's lines: what a gateway keeps in memory, with about a quarter on top for searching.
    public static let bytes = 96 << 20
    /// Bytes of one chunk before it is packed.
    public static let chunk = 256 * 1024
    public static let categories = 5000
    /// Redis ms that the chunks of a load stay if nobody finishes it.
    public static let draft: Int64 = 600_000
    /// How long a load may say nothing before another replica may begin, in ms.
    public static let silence: Int64 = 75_000
}
