import Contracts

/// Makes a `CatalogIndex` of a version's chunks, in their order.
struct CatalogIndexBuilder {
    private var contents = CatalogIndex.Contents()

    /// - Parameter version: room is made once, for all of it, but for no more than the catalog's limits.
    init(_ version: CatalogState.Version) {
        contents.lines.reserveCapacity(min(version.bytes, CatalogLimits.bytes))
        let entries = min(version.entries, CatalogLimits.entries)
        contents.starts.reserveCapacity(entries + 1)
        contents.nameStarts.reserveCapacity(entries + 1)
        contents.ids.reserveCapacity(entries)
        contents.added.reserveCapacity(entries)
        contents.ratings.reserveCapacity(entries)
        contents.names.reserveCapacity(min(version.bytes, entries * 24))
    }

    /// Lines that cannot be read, and what is beyond the limits, are passed over.
    mutating func add(_ chunk: [UInt8]) {
        chunk.withUnsafeBufferPointer { chunk in
            for line in chunk.split(separator: 0x0a) {
                guard contents.count < CatalogLimits.entries,
                    contents.lines.count + line.count <= CatalogLimits.bytes
                else { return }
                add(UnsafeBufferPointer(rebasing: line))
            }
        }
    }

    private mutating func add(_ line: UnsafeBufferPointer<UInt8>) {
        var fields = CatalogLine.Fields(line)
        guard let id = fields.integer(), fields.integer() != nil else { return }
        let position = UInt32(contents.count)
        NameFolding.fold(fields.bytes(), into: &contents.names)
        contents.names.append(0x0a)
        contents.nameStarts.append(UInt32(contents.names.count))
        for category in fields.bytes().split(separator: UInt8(ascii: ",")) {
            guard let number = Int64(String(decoding: category, as: UTF8.self)) else { continue }
            contents.drawers[number, default: []].append(position)
        }
        _ = fields.bytes()
        contents.ids.append(id)
        contents.added.append(fields.integer().flatMap { UInt32(exactly: $0) } ?? 0)
        let rating = fields.text().flatMap { Double($0) } ?? 0
        contents.ratings.append(UInt8(clamping: Int(min(max(rating, 0), 10) * 10)))
        contents.lines.append(contentsOf: line)
        contents.starts.append(UInt32(contents.lines.count))
    }

    consuming func finish(
        _ kind: CatalogKind, _ version: CatalogState.Version, _ categories: [CatalogCategory]
    ) -> CatalogIndex {
        let ids = contents.ids
        contents.byID = (0..<UInt32(contents.count)).sorted { ids[Int($0)] < ids[Int($1)] }
        return CatalogIndex(
            kind: kind, version: version.number, categories: categories, contents: contents)
    }
}
