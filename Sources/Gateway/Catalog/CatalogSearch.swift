import Contracts

/// What of a list is wanted: words that all stand in the name, a drawer, an order.
struct CatalogSearch: Sendable, Equatable {
    enum Order: String, Sendable, CaseIterable {
        /// As the provider lists it.
        case number
        /// The newest first.
        case added
        /// The best first; those that nobody has rated come last.
        case rating
    }

    /// Characters and words that count; more are passed over.
    static let longest = 100
    private static let most = 8

    /// Folded, the longest first: it rules out most.
    let words: [[UInt8]]
    var category: Int64?
    var order = Order.number

    init(_ text: String = "", category: Int64? = nil, order: Order = .number) {
        let folded = NameFolding.fold(String(text.prefix(Self.longest)))
        words = folded.split(separator: 0x20).prefix(Self.most).map { Array($0) }.sorted { $0.count > $1.count }
        self.category = category
        self.order = order
    }
}
