import Contracts
import Logging
import Synchronization
import VOD

/// Starts runs for what is wanted of a film, as far as the worker has room, and says when the film cannot be made.
final class FilmWorkshop: Sendable {
    let info: FilmInfo
    private let reader: FilmReader
    private let board: FilmBoard
    private let delivery: FilmDelivery
    private let films: FilmDependencies
    private let logger: Logger
    private let failed: @Sendable (StreamReason) -> Void
    private let withdrawOriginal: @Sendable () -> Void
    /// Runs in a row that made nothing because of the film itself.
    private let mishaps = Mutex(0)
    /// Runs of one film at a time: several viewers at several places.
    private static let mostRuns = 8
    private static let mostMishaps = 3

    init(
        info: FilmInfo, reader: FilmReader, board: FilmBoard, delivery: FilmDelivery, films: FilmDependencies,
        logger: Logger, failed: @escaping @Sendable (StreamReason) -> Void,
        withdrawOriginal: @escaping @Sendable () -> Void
    ) {
        self.info = info
        self.reader = reader
        self.board = board
        self.delivery = delivery
        self.films = films
        self.logger = logger
        self.failed = failed
        self.withdrawOriginal = withdrawOriginal
    }

    /// Any thread; never waits.
    func dispatch() {
        let name = "\(reader.film)"
        while board.running < Self.mostRuns, films.pool.take() {
            let readsAhead = films.budget.hasRoom && !films.pool.isContended
            guard let (id, piece) = board.begin(readsAhead: readsAhead) else {
                films.pool.give()
                break
            }
            let run = FilmRun(
                id: id, first: piece, info: info, reader: reader, board: board, delivery: delivery, films: films,
                logger: logger)
            guard run.start({ [weak self] in self?.ended(piece, $0) }) else {
                board.end(id)
                films.pool.give()
                break
            }
        }
        films.pool.note(name, isHungry: board.hasUnservedWish)
    }

    /// Nothing of this film waits any more.
    func close() { films.pool.note("\(reader.film)", isHungry: false) }

    private func ended(_ piece: FilmPiece, _ failure: (any Error)?) {
        let count = mishaps.withLock { mishaps in
            mishaps = failure == nil ? 0 : mishaps + 1
            return mishaps
        }
        if let failure {
            let reason = FilmFailure.reason(failure)
            logger.debug("Film run failed", metadata: ["reason": "\(reason.code)", "piece": "\(piece)"])
            if piece.rendition == Quality.original.rawValue, Self.spoilsOriginalOnly(failure) {
                // The film itself may be fine.
                withdrawOriginal()
                return dispatch()
            }
            if FilmFailure.isFinal(failure) || count >= Self.mostMishaps { return failed(reason) }
        }
        dispatch()
    }

    /// Copying asks more of a file than decoding does.
    private static func spoilsOriginalOnly(_ failure: any Error) -> Bool {
        guard let code = (failure as? FilmError)?.code else { return false }
        return code == .notOffered || code == .damaged
    }
}
