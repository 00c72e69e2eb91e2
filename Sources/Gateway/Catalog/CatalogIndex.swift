import Contracts

/// One list of the catalog in this gateway's memory: searched and paged from any thread, without waiting.
///
/// Entries are kept as the lines that they came as (`CatalogLine`), one after another in one block, and decoded when they are
/// asked for; besides these there are the folded names, and 20 bytes an entry. It never changes: a newer version is another
/// index.
///
/// Whoever renders lists of his own takes `positions(_:)`, and the entries at these: `index[position]`. Positions are in the
/// provider's order, from 0.
final class CatalogIndex: Sendable {
    struct Category: Sendable, Equatable {
        let id: Int64
        let name: String
        /// Entries in it.
        let count: Int
    }

    let kind: CatalogKind
    /// `CatalogState.Version.number`.
    let version: Int64
    /// In the provider's order; empty ones too.
    let categories: [Category]
    private let contents: Contents

    /// What a `CatalogIndexBuilder` has gathered.
    struct Contents: Sendable {
        var lines: [UInt8] = []
        /// Where each line begins, and the end behind the last.
        var starts: [UInt32] = [0]
        /// Folded names, a line break behind each.
        var names: [UInt8] = []
        var nameStarts: [UInt32] = [0]
        var ids: [Int64] = []
        /// Seconds since 1970; 0 for unknown.
        var added: [UInt32] = []
        /// Tenths; 0 for unknown.
        var ratings: [UInt8] = []
        /// Category → positions.
        var drawers: [Int64: [UInt32]] = [:]
        /// Positions by id.
        var byID: [UInt32] = []

        var count: Int { ids.count }
    }

    init(kind: CatalogKind, version: Int64, categories: [CatalogCategory], contents: Contents) {
        self.kind = kind
        self.version = version
        self.contents = contents
        self.categories = categories.map {
            Category(id: $0.id, name: $0.name, count: contents.drawers[$0.id]?.count ?? 0)
        }
    }

    var count: Int { contents.count }

    /// Bytes of memory, about.
    var byteCount: Int {
        contents.lines.capacity + contents.names.capacity + contents.count * 29
            + contents.drawers.values.reduce(0) { $0 + $1.capacity * 4 }
    }

    /// The entry at a position. Precondition: 0 ≤ `position` < `count`.
    subscript(position: Int) -> CatalogEntry {
        let line = Int(contents.starts[position])..<Int(contents.starts[position + 1])
        let entry = contents.lines.withUnsafeBufferPointer {
            CatalogLine.entry(UnsafeBufferPointer(rebasing: $0[line]))
        }
        // The builder took only lines that can be read.
        return entry ?? CatalogEntry(id: contents.ids[position], number: 0, name: "")
    }

    func entry(id: Int64) -> CatalogEntry? {
        var (low, high) = (0, contents.byID.count)
        while low < high {
            let middle = (low + high) / 2
            if contents.ids[Int(contents.byID[middle])] < id { low = middle + 1 } else { high = middle }
        }
        guard low < contents.byID.count else { return nil }
        let position = Int(contents.byID[low])
        return contents.ids[position] == id ? self[position] : nil
    }

    /// What is found, in the order that was asked for.
    func positions(_ search: CatalogSearch = CatalogSearch()) -> [Int] {
        let drawer = search.category.map { contents.drawers[$0] ?? [] }
        let found: [Int]
        if search.words.isEmpty {
            found = drawer.map { $0.map { Int($0) } } ?? Array(0..<count)
        } else {
            found = contents.withNames { $0.positions(of: search.words, among: drawer) }
        }
        return sorted(found, search.order)
    }

    private func sorted(_ positions: [Int], _ order: CatalogSearch.Order) -> [Int] {
        switch order {
        case .number: positions
        case .added:
            positions.sorted { (contents.added[$1], $0) < (contents.added[$0], $1) }
        case .rating:
            positions.sorted { (contents.ratings[$1], $0) < (contents.ratings[$0], $1) }
        }
    }
}

extension CatalogIndex.Contents {
    fileprivate func withNames<Result>(_ body: (FoldedNames) -> Result) -> Result {
        names.withUnsafeBufferPointer { names in
            nameStarts.withUnsafeBufferPointer { body(FoldedNames(bytes: names, starts: $0)) }
        }
    }
}
