import Contracts

/// One channel, film or series as `/api/catalog/…` shows it. What is not known is `null`.
struct CatalogItem: Encodable, Sendable {
    let kind: CatalogKind
    let entry: CatalogEntry

    private enum Key: String, CodingKey {
        case id, streamId, name, number, categoryId, image, epgId, archive, rating, year, `extension`, added, plot
    }

    func encode(to encoder: any Encoder) throws {
        var item = encoder.container(keyedBy: Key.self)
        try item.encode(entry.id, forKey: .id)
        try item.encode(entry.name, forKey: .name)
        try item.encode(entry.categories.first, forKey: .categoryId)
        try item.encode(ImageName.path(entry.image), forKey: .image)
        switch kind {
        case .live:
            try item.encode(StreamID.live(entry.id).description, forKey: .streamId)
            try item.encode(entry.number, forKey: .number)
            try item.encode(entry.guideID, forKey: .epgId)
            try item.encode(entry.archiveDays > 0, forKey: .archive)
        case .vod:
            try item.encode(StreamID.vod(entry.id).description, forKey: .streamId)
            try item.encode(entry.rating, forKey: .rating)
            try item.encode(entry.year, forKey: .year)
            try item.encode(entry.containerExtension, forKey: .extension)
            try item.encode(entry.added, forKey: .added)
        case .series:
            try item.encode(entry.rating, forKey: .rating)
            try item.encode(entry.year, forKey: .year)
            try item.encode(entry.plot, forKey: .plot)
        }
    }
}

/// A page of a list.
struct CatalogPage: Encodable, Sendable {
    let success = true
    let items: [CatalogItem]
    let page: Int
    let limit: Int
    let total: Int
    let pages: Int

    /// A page behind the last has no items.
    init(_ index: CatalogIndex, _ query: CatalogQuery) {
        let found = index.positions(query.search)
        let start = min((query.page - 1) * query.limit, found.count)
        items = found[start..<min(start + query.limit, found.count)].map {
            CatalogItem(kind: index.kind, entry: index[$0])
        }
        page = query.page
        limit = query.limit
        total = found.count
        pages = (found.count + query.limit - 1) / query.limit
    }
}

struct CatalogCategories: Encodable, Sendable {
    struct Category: Encodable, Sendable {
        let id: Int64
        let name: String
        let count: Int
    }

    let success = true
    let categories: [Category]

    init(_ index: CatalogIndex) {
        categories = index.categories.map { Category(id: $0.id, name: $0.name, count: $0.count) }
    }
}
