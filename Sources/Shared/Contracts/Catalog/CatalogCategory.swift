/// A drawer of one list; names are cleaned as all texts of the provider.
public struct CatalogCategory: Sendable, Hashable, Codable {
    /// The provider's own.
    public let id: Int64
    public let name: String

    public init(id: Int64, name: String) {
        self.id = id
        self.name = name
    }
}
