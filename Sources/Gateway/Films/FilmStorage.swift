import Contracts

/// What one film's keeper knows of storage and asks of it. Storage may fail without harm: then everything is made again.
actor FilmStorage {
    /// Pieces that an owner reads ahead from a position.
    private static let ahead = 6
    /// For where viewers are, older knowledge than this will do; a piece that is waited for is always looked for anew.
    private static let believed = Duration.seconds(5)
    private static let maximumGroups = 64
    /// How long a wish to load means something; it is repeated each second.
    private static let patience = Duration.seconds(3)

    private let segments: StoredSegments
    private var maps: [StoredGroup: (map: StoredMap, at: ContinuousClock.Instant)] = [:]

    init(segments: StoredSegments) { self.segments = segments }

    /// Those of `names` that are stored.
    func stored(_ names: [FilmSegmentName]) async -> Set<FilmSegmentName> {
        var stored: Set<FilmSegmentName> = []
        for (group, members) in Dictionary(grouping: names, by: Self.group) {
            guard let group, let map = await map(of: group, notOlderThan: .zero) else { continue }
            stored.formUnion(members.filter { map.contains($0.piece.index) })
        }
        return stored
    }

    /// Repeat while somebody waits.
    func load(_ names: [FilmSegmentName], request: String) async {
        let wanted = names.compactMap { StoredSegment(stream: $0.film, version: $0.version, piece: $0.piece) }
        try? await segments.wishLoad(wanted, patience: Self.patience, request: request)
    }

    /// The positions from which the owner should read ahead: what follows them is not all stored.
    func worthReading(_ positions: [FilmPiece], film: StreamID, version: String) async -> [FilmPiece] {
        var worth: [FilmPiece] = []
        for position in positions {
            guard let group = StoredGroup(stream: film, version: version, rendition: position.rendition),
                let map = await map(of: group, notOlderThan: Self.believed)
            else {
                worth.append(position)
                continue
            }
            let next = position.index + 1...position.index + Self.ahead
            if !next.allSatisfy(map.contains) { worth.append(position) }
        }
        return worth
    }

    private func map(of group: StoredGroup, notOlderThan age: Duration) async -> StoredMap? {
        if let known = maps[group], .now - known.at < age { return known.map }
        guard let map = try? await segments.stored(group) else { return nil }
        if maps.count >= Self.maximumGroups { maps = [:] }
        maps[group] = (map, .now)
        return map
    }

    private static func group(_ name: FilmSegmentName) -> StoredGroup? {
        StoredGroup(stream: name.film, version: name.version, rendition: name.piece.rendition)
    }
}
