/// The three lists that a provider's catalog is made of.
public enum CatalogKind: String, Sendable, Hashable, Codable, CaseIterable {
    case live, vod, series
}
