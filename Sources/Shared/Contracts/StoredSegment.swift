/// Names one film segment in storage. Its bytes are a function of the name: they never change.
public struct StoredSegment: Sendable, Hashable, CustomStringConvertible {
    /// Longer films than this many segments are not: one of 4 s each lasts 46 days.
    public static let maximumIndex = 999_999

    public let group: StoredGroup
    /// −1 (init fragment) to `maximumIndex`.
    public let index: Int

    public init?(group: StoredGroup, index: Int) {
        guard (-1...Self.maximumIndex).contains(index) else { return nil }
        self.group = group
        self.index = index
    }

    public init?(stream: StreamID, version: String, piece: FilmPiece) {
        guard let group = StoredGroup(stream: stream, version: version, rendition: piece.rendition) else { return nil }
        self.init(group: group, index: piece.index)
    }

    /// Reads `path`; `nil` for anything that `path` would not have written.
    public init?(path: String) {
        guard let slash = path.lastIndex(of: "/"), let group = StoredGroup(String(path[..<slash])) else { return nil }
        let file = path[path.index(after: slash)...]
        guard file.hasSuffix(".\(group.fileExtension)"),
            let index = Int(file.dropLast(group.fileExtension.utf8.count + 1))
        else { return nil }
        self.init(group: group, index: index)
        guard self.path == path else { return nil }
    }

    /// Relative, with `/`: `vod-1906/0123456789ab/720p/12.ts`.
    public var path: String { "\(group)/\(index).\(group.fileExtension)" }
    public var description: String { path }

    public var stream: StreamID { group.stream }
    /// `nil` never happens: every group's rendition is a piece's.
    var piece: FilmPiece? { FilmPiece(rendition: group.rendition, index: index) }
    /// Where its bit is in `Keys.filmStored`.
    var bit: Int { index + 1 }
}
