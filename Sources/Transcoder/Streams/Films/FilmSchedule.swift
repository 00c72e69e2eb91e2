import Contracts

/// Which pieces of a film are made next. Pure.
///
/// First what somebody waits for, the longest waiting first; then, while viewers keep watching, what follows their positions, up
/// to `ahead` segments, unless it is stored: what was paid for once is not made again. A run is a worker thread that makes
/// consecutive segments of one rendition with one decoder.
struct FilmSchedule: Sendable {
    /// Segments made ahead of a viewer: about 24 s of film.
    static let ahead = 6
    /// A viewer not heard of for so long has stopped, ms: twice what a player with a full buffer waits between two requests.
    static let patience: Int64 = 20_000

    /// Pieces that somebody waits for, the longest waiting first.
    var wishes: [FilmPiece] = []
    /// Pieces served lately → ms since then.
    var positions: [FilmPiece: Int64] = [:]
    /// Pieces whose bytes are on the media Redis.
    var available: Set<FilmPiece> = []
    /// What storage has of each rendition that is watched. A rendition that is not here yet is not read ahead.
    /// What somebody waits for is made all the same: storage did not give it.
    var stored: [String: StoredMap] = [:]
    /// Segments of each rendition.
    var counts: [String: Int] = [:]

    /// Pieces worth making now, best first, without those that there are.
    func wanted() -> [FilmPiece] {
        var seen = available
        return (wishes.filter { isPiece($0) } + readAhead()).filter { seen.insert($0).inserted }
    }

    /// Whether a run that made the piece before `piece` should go on with it.
    func goesOn(with piece: FilmPiece) -> Bool {
        !available.contains(piece) && isPiece(piece) && (wishes.contains(piece) || readAhead().contains(piece))
    }

    /// A run is worth starting for a piece unless one of the same rendition is about to come to it.
    /// - Parameter runs: for each run its rendition and the number that it makes now.
    func isUnderWay(_ piece: FilmPiece, runs: [FilmPiece]) -> Bool {
        runs.contains { $0.rendition == piece.rendition && (0...2).contains(piece.index - $0.index) }
    }

    /// Renditions of which somebody got a piece lately.
    var watched: Set<String> { Set(positions.filter { $0.value <= Self.patience }.keys.map(\.rendition)) }

    private func readAhead() -> [FilmPiece] {
        positions.filter { $0.value <= Self.patience }.sorted { ($0.value, $0.key.index) < ($1.value, $1.key.index) }
            .flatMap { position, _ in
                (1...Self.ahead).compactMap { FilmPiece(rendition: position.rendition, index: position.index + $0) }
            }.filter { isPiece($0) && isMissing($0) }
    }

    private func isMissing(_ piece: FilmPiece) -> Bool {
        stored[piece.rendition].map { !$0.contains(piece.index) } ?? false
    }

    private func isPiece(_ piece: FilmPiece) -> Bool {
        counts[piece.rendition].map { piece.index < $0 } ?? false
    }
}
