import Contracts
import Testing

@testable import Gateway

@Suite struct NameFoldingTests {
    private func fold(_ text: String) -> String { String(decoding: NameFolding.fold(text), as: UTF8.self) }

    @Test(arguments: [
        ("Amélie", "amelie"), ("AMELIE", "amelie"), ("Ame\u{301}lie", "amelie"), ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("Ærø", "aero"), ("ŒUVRE", "oeuvre"), ("Việt Nam", "viet nam"), ("Ñandú", "nandu"), ("İstanbul", "istanbul"),
        ("Ёлка й", "елка и"), ("Ελλάδα", "ελλαδα"), ("L’été", "l'ete"), ("مَرحبا", "مرحبا"), ("東京", "東京"),
        ("a\tb\nc", "a b c"),
        ("é\nb", "e b"), ("", ""),
    ]) func takesCaseAndMarksAway(text: String, folded: String) { #expect(fold(text) == folded) }
}

@Suite struct CatalogIndexTests {
    private static let names = [
        "Amélie (2001)", "The Matrix (1999)", "Matrix Reloaded, The", "Spider-Man", "spider man 2",
        "Le Fabuleux Destin", "Ñandú",
    ]

    private func index(_ names: [String] = names, categories: [CatalogCategory] = []) -> CatalogIndex {
        let lines = names.enumerated().compactMap { place, name in
            var entry = CatalogEntry(id: Int64(1000 - place), number: Int64(place + 1), name: name)
            entry.categories = place.isMultiple(of: 2) ? [10] : [11, 10]
            entry.added = place == 2 ? nil : Int64(1_700_000_000 + place * 10)
            entry.rating = place == 0 ? nil : Double(place % 3) + 5.5
            return CatalogLine.text(entry)
        }
        let bytes = Array(lines.map { $0 + "\n" }.joined().utf8)
        let version = CatalogState.Version(number: 7, chunks: 2, entries: names.count, bytes: bytes.count)
        var builder = CatalogIndexBuilder(version)
        // Cut between two lines, as chunks are.
        let cut = bytes.firstIndex(of: 0x0a).map { $0 + 1 } ?? 0
        builder.add(Array(bytes[..<cut]))
        builder.add(Array(bytes[cut...]))
        return builder.finish(.vod, version, categories)
    }

    private func found(_ text: String, _ index: CatalogIndex, in category: Int64? = nil) -> [Int] {
        index.positions(CatalogSearch(text, category: category))
    }

    @Test(arguments: [
        ("matrix", [1, 2]), ("THE matrix", [1, 2]), ("reloaded matrix", [2]), ("amelie", [0]), ("AMÉLIE 2001", [0]),
        ("man spider", [3, 4]), ("spider-man", [3]), ("nandu", [6]), ("e", [0, 1, 2, 3, 4, 5]),
        ("matrix matrix", [1, 2]),
        ("nothing", []), ("2001matrix", []), ("(2001)the", []), ("  ", [0, 1, 2, 3, 4, 5, 6]),
        ("", [0, 1, 2, 3, 4, 5, 6]),
        ("ñ", [3, 4, 5, 6]),
    ]) func findsAllWords(text: String, expected: [Int]) { #expect(found(text, index()) == expected) }

    @Test func staysInsideACategory() {
        let index = index()
        #expect(found("", index, in: 11) == [1, 3, 5])
        #expect(found("matrix", index, in: 11) == [1])
        #expect(found("matrix", index, in: 99).isEmpty)
    }

    @Test func sorts() {
        let index = index()
        #expect(index.positions(CatalogSearch(order: .added)) == [6, 5, 4, 3, 1, 0, 2])
        #expect(index.positions(CatalogSearch(order: .rating)) == [2, 5, 1, 4, 3, 6, 0])
    }

    @Test func knowsEntriesByIdAndPosition() {
        let index = index()
        #expect(index[0].name == "Amélie (2001)" && index[6].name == "Ñandú" && index[6].number == 7)
        for place in Self.names.indices { #expect(index.entry(id: Int64(1000 - place)) == index[place]) }
        #expect(index.entry(id: 5) == nil && index.entry(id: 2000) == nil)
    }

    @Test func countsCategories() {
        let index = index(
            categories: [.init(id: 12, name: "Empty"), .init(id: 11, name: "Some"), .init(id: 10, name: "All")])
        #expect(index.categories.map(\.count) == [0, 3, 7] && index.categories.map(\.id) == [12, 11, 10])
    }

    @Test func anEmptyListIsAList() {
        let index = index([])
        #expect(index.count == 0 && found("x", index).isEmpty && found("", index).isEmpty)
        #expect(index.entry(id: 1) == nil)
    }

    @Test func pagesAreCutFromWhatIsFound() throws {
        let index = index()
        var query = CatalogQuery()
        (query.limit, query.page) = (3, 3)
        let last = CatalogPage(index, query)
        #expect(last.items.map(\.entry.name) == ["Ñandú"] && last.total == 7 && last.pages == 3)
        query.page = 4
        #expect(CatalogPage(index, query).items.isEmpty)
        (query.page, query.search) = (1, CatalogSearch("nothing"))
        #expect(CatalogPage(index, query).pages == 0)
    }
}
