import Contracts
import Live
import Logging

/// One run of a media thread: consecutive pieces of one rendition, for as long as they are worth making.
struct FilmRun: Sendable {
    let id: Int
    let first: FilmPiece
    let info: FilmInfo
    let reader: FilmReader
    let board: FilmBoard
    let delivery: FilmDelivery
    let films: FilmDependencies
    let logger: Logger

    /// - Parameter ended: called on the thread when it is done, with what went wrong.
    /// - Returns: `false` if the system has no more threads.
    func start(_ ended: @escaping @Sendable ((any Error)?) -> Void) -> Bool {
        let thread = EngineThread(name: "film-\(first.rendition)") {
            var failure: (any Error)?
            do { try make() } catch { failure = error }
            board.end(id)
            films.pool.give()
            ended(failure)
        }
        return thread != nil
    }

    private func make() throws {
        let maker: any FilmMaker =
            first.rendition == FilmPiece.source
            ? SourceBlockMaker(reader: reader) : try films.engine.maker(reader, info)
        try maker.make(
            first.rendition, from: first.index,
            while: { index in
                board.advance(id, to: index, readsAhead: films.budget.hasRoom && !films.pool.isContended)
            },
            deliver: { index, bytes, seconds in
                guard let piece = FilmPiece(rendition: first.rendition, index: index) else { return }
                delivery.push(piece, bytes, cost: seconds)
            })
    }
}

/// "Makes" blocks of the source itself: direct play through the film's one reader.
private struct SourceBlockMaker: FilmMaker {
    let reader: FilmReader

    func make(
        _ rendition: String, from first: Int, while goesOn: (Int) -> Bool, deliver: (Int, [UInt8], Double) -> Void
    ) throws {
        var index = first
        repeat {
            deliver(index, try reader.block(index), 0)
            index += 1
        } while goesOn(index)
    }
}
