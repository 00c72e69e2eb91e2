/// A `CatalogEntry` as one line of text: fields in a fixed order, tabs between them, empty ones at the end left out.
///
/// Not JSON, because a gateway reads seventy thousand of them at once, and keeps them as they are: this is a third of the bytes
/// and a tenth of the time. Cleaned texts have neither tabs nor line breaks. New fields go to the end; readers ignore what they
/// do not know.
public enum CatalogLine {
    /// Bytes. An entry whose texts make it longer loses them, all but the name.
    public static let longest = 16 * 1024

    static let tab = UInt8(ascii: "\t")

    /// Without the line break; `nil` for a name that is too long all the same.
    public static func text(_ entry: CatalogEntry) -> String? {
        let whole = joined(entry)
        guard whole.utf8.count > longest else { return whole }
        var short = CatalogEntry(id: entry.id, number: entry.number, name: entry.name)
        (short.categories, short.image, short.added) = (entry.categories, entry.image, entry.added)
        (short.rating, short.year) = (entry.rating, entry.year)
        (short.containerExtension, short.archiveDays) = (entry.containerExtension, entry.archiveDays)
        let text = joined(short)
        return text.utf8.count > longest ? nil : text
    }

    /// Anything in a text that would break the form becomes a space.
    private static func joined(_ entry: CatalogEntry) -> String {
        let fields: [String?] = [
            String(entry.id), String(entry.number), entry.name,
            entry.categories.map { String($0) }.joined(separator: ","), entry.image, entry.added.map { String($0) },
            entry.rating.map { String($0) }, entry.year.map { String($0) }, entry.containerExtension, entry.guideID,
            entry.archiveDays > 0 ? String(entry.archiveDays) : nil, entry.isAdult ? "1" : nil, entry.plot, entry.genre,
            entry.cast, entry.director, entry.releaseDate, entry.backdrop, entry.trailer,
            entry.episodeMinutes.map { String($0) },
        ]
        let last = fields.lastIndex { !($0 ?? "").isEmpty } ?? 0
        return fields[...last].map { field in
            guard let field, field.utf8.contains(where: { $0 == tab || $0 == 0x0a }) else { return field ?? "" }
            return String(field.map { $0 == "\t" || $0.isNewline ? " " : $0 })
        }.joined(separator: "\t")
    }

    /// `nil` if it does not begin with id and number.
    public static func entry(_ line: UnsafeBufferPointer<UInt8>) -> CatalogEntry? {
        var fields = Fields(line)
        guard let id = fields.integer(), let number = fields.integer() else { return nil }
        var entry = CatalogEntry(id: id, number: number, name: fields.text() ?? "")
        entry.categories = (fields.text() ?? "").split(separator: ",").compactMap { Int64($0) }
        entry.image = fields.text()
        entry.added = fields.integer()
        entry.rating = fields.text().flatMap { Double($0) }
        entry.year = fields.integer().flatMap { Int(exactly: $0) }
        entry.containerExtension = fields.text()
        entry.guideID = fields.text()
        entry.archiveDays = Int(clamping: fields.integer() ?? 0)
        entry.isAdult = fields.text() == "1"
        entry.plot = fields.text()
        entry.genre = fields.text()
        entry.cast = fields.text()
        entry.director = fields.text()
        entry.releaseDate = fields.text()
        entry.backdrop = fields.text()
        entry.trailer = fields.text()
        entry.episodeMinutes = fields.integer().flatMap { Int(exactly: $0) }
        return entry
    }

    /// Reads field by field; behind the last one all are empty.
    public struct Fields {
        private var rest: UnsafeBufferPointer<UInt8>

        /// - Parameter line: must outlive this.
        public init(_ line: UnsafeBufferPointer<UInt8>) { rest = line }

        public mutating func bytes() -> UnsafeBufferPointer<UInt8> {
            let end = rest.firstIndex(of: CatalogLine.tab) ?? rest.count
            defer { rest = UnsafeBufferPointer(rebasing: rest[min(end + 1, rest.count)...]) }
            return UnsafeBufferPointer(rebasing: rest[..<end])
        }

        /// `nil` for an empty one.
        public mutating func text() -> String? {
            let bytes = bytes()
            return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
        }

        public mutating func integer() -> Int64? { text().flatMap { Int64($0) } }
    }
}
