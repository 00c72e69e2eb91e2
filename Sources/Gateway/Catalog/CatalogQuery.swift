import Hummingbird

/// What a request for a list says; throws 400.
struct CatalogQuery: Sendable, Equatable {
    static let mostItems = 500

    var search = CatalogSearch()
    /// From 1.
    var page = 1
    /// Items of a page.
    var limit = 50

    init() {}

    init(_ request: Request) throws(APIError) {
        let query = request.uri.queryParameters
        func text(_ name: Substring) -> String? { query[name].map { String($0) }.flatMap { $0.isEmpty ? nil : $0 } }
        page = try Self.whole(text("page"), "page", 1...1_000_000) ?? 1
        limit = try Self.whole(text("limit"), "limit", 1...Self.mostItems) ?? 50
        let category = try Self.whole(text("category"), "category", 0...999_999_999_999_999_999)
        // Browsers write a space as "+", and a name's own "+" need not be looked for.
        let words = (text("search") ?? "").replacing("+", with: " ")
        search = CatalogSearch(words, category: category.map { Int64($0) }, order: try Self.order(text("sort")))
    }

    private static func whole(
        _ text: String?, _ name: String, _ range: ClosedRange<Int>
    ) throws(APIError) -> Int? {
        guard let text else { return nil }
        guard text.utf8.count <= 18, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text),
            range.contains(number)
        else {
            throw APIError(
                .badRequest, "bad_\(name)",
                "\(name)= is a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    private static func order(_ text: String?) throws(APIError) -> CatalogSearch.Order {
        guard let text else { return .number }
        guard let order = CatalogSearch.Order(rawValue: text) else {
            let known = CatalogSearch.Order.allCases.map(\.rawValue).joined(separator: ", ")
            throw APIError(.badRequest, "unknown_sort", "Unknown sort; known are \(known).")
        }
        return order
    }
}
