import Contracts

/// Reads the answer to `get_live_categories`, `get_vod_categories` or `get_series_categories`.
enum CategoryReading {
    /// In the panel's order; those without a number are left out, one without a name is called by its number.
    static func list(_ answer: LenientJSON, _ cleaner: PanelCleaner) -> [CatalogCategory] {
        var seen: Set<Int64> = []
        var found: [CatalogCategory] = []
        for (_, element) in answer.elements where found.count < CatalogLimits.categories {
            guard let id = element["category_id"].integer, id > 0, seen.insert(id).inserted else { continue }
            found.append(
                CatalogCategory(id: id, name: cleaner.text(element["category_name"], most: 200) ?? String(id)))
        }
        return found
    }
}
