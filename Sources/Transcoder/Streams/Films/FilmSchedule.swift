import Contracts

/// Which pieces of a film are made next. Pure.
///
/// First what somebody waits for, the longest waiting first; then, while viewers keep watching, what follows their positions, up
/// to `ahead` segments. A run is a worker thread that makes consecutive segments of one rendition with one decoder.
struct FilmSchedule: Sendable {
    /// Segments made ahead of a viewer: about 24 s of film.
    static let ahead = 6
    /// A viewer not heard of for so long has stopped, ms: twice what a player with a full buffer waits between two requests.
    static let patience: Int64 = 20_000

    /// Pieces that somebody waits for, the longest waiting first.
    var wishes: [FilmPiece] = []
    /// Pieces served lately → ms since then.
    var positions: [FilmPiece: Int64] = [:]
    /// Pieces whose bytes are on the media Redis, or stored.
    var available: Set<FilmPiece> = []
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

    private func readAhead() -> [FilmPiece] {
        positions.filter { $0.value <= Self.patience }.sorted { ($0.value, $0.key.index) < ($1.value, $1.key.index) }
            .flatMap { position, _ in
                (1...Self.ahead).compactMap { FilmPiece(rendition: position.rendition, index: position.index + $0) }
            }.filter(isPiece)
    }

    private func isPiece(_ piece: FilmPiece) -> Bool {
        counts[piece.rendition].map { piece.index < $0 } ?? false
    }
}
