import Contracts
import Testing

@testable import Transcoder

/// What is made next of a film, and by how many.
@Suite struct FilmScheduleTests {
    private func piece(_ index: Int, _ rendition: String = "720p") throws -> FilmPiece {
        try #require(FilmPiece(rendition: rendition, index: index))
    }

    private func schedule(
        wishes: [Int] = [], positions: [Int: Int64] = [:], available: [Int] = [], stored: [Int]? = [], count: Int = 100
    ) throws -> FilmSchedule {
        var schedule = FilmSchedule()
        schedule.wishes = try wishes.map { try piece($0) }
        schedule.positions = Dictionary(
            uniqueKeysWithValues: try positions.map { (try piece($0.key), $0.value) })
        schedule.available = Set(try available.map { try piece($0) })
        schedule.counts = ["720p": count]
        schedule.stored = stored.map { ["720p": StoredMap(indices: $0)] } ?? [:]
        return schedule
    }

    @Test func wishesComeBeforeReadingAheadAndInTheirOrder() throws {
        let schedule = try schedule(wishes: [50, 7], positions: [6: 100])
        #expect(schedule.wanted().prefix(2) == [try piece(50), try piece(7)])
        #expect(schedule.wanted().map(\.index).sorted() == [7, 8, 9, 10, 11, 12, 50])
    }

    @Test func readingAheadStopsWithTheViewerAndAtTheEnd() throws {
        #expect(try schedule(positions: [6: FilmSchedule.patience + 1]).wanted().isEmpty)
        #expect(try schedule(positions: [98: 0]).wanted().map(\.index) == [99])
        #expect(try schedule(positions: [99: 0]).wanted().isEmpty)
    }

    @Test func whatThereIsIsNotMadeAgain() throws {
        let schedule = try schedule(wishes: [7], positions: [6: 0], available: [7, 8, 9])
        #expect(schedule.wanted().map(\.index) == [10, 11, 12])
        #expect(schedule.goesOn(with: try piece(10)))
        #expect(!schedule.goesOn(with: try piece(9)))
        #expect(!schedule.goesOn(with: try piece(13)))
    }

    /// Paid once: a second viewer's way through a stored film costs no encoding. What storage could not give is made.
    @Test func whatIsStoredIsNotReadAhead() throws {
        let partly = try schedule(positions: [6: 0], stored: [7, 8, 10])
        #expect(partly.wanted().map(\.index) == [9, 11, 12])
        #expect(!partly.goesOn(with: try piece(7)))
        #expect(partly.goesOn(with: try piece(9)))
        #expect(try schedule(positions: [6: 0], stored: Array(0..<100)).wanted().isEmpty)
        let wished = try schedule(wishes: [8], positions: [6: 0], stored: [7, 8])
        #expect(wished.wanted().map(\.index) == [8, 9, 10, 11, 12])
        let unknown = try schedule(wishes: [8], positions: [6: 0], stored: nil)
        #expect(unknown.wanted().map(\.index) == [8])
    }

    @Test func storageIsAskedForWhatIsWatched() throws {
        var schedule = try schedule(positions: [6: 0, 40: FilmSchedule.patience + 1])
        schedule.positions[try piece(3, "360p")] = FilmSchedule.patience + 1
        #expect(schedule.watched == ["720p"])
    }

    @Test func unknownRenditionsAndNumbersAreNoWork() throws {
        #expect(try schedule(wishes: [100, 5000]).wanted().isEmpty)
        #expect(try schedule(wishes: [1]).goesOn(with: try piece(1, "480p")) == false)
    }

    @Test func aRunThatIsAboutToComeToAPieceIsWaitedFor() throws {
        let schedule = try schedule(wishes: [7])
        #expect(schedule.isUnderWay(try piece(7), runs: [try piece(5)]))
        #expect(!schedule.isUnderWay(try piece(7), runs: [try piece(4)]))
        #expect(!schedule.isUnderWay(try piece(7), runs: [try piece(8)]))
        #expect(!schedule.isUnderWay(try piece(7), runs: [try piece(7, "480p")]))
    }

    // MARK: The board

    private func renewal(_ wishes: [Int], positions: [Int] = []) throws -> FilmOwnership.Renewal {
        FilmOwnership.Renewal(
            wishes: try wishes.map { try piece($0) },
            positions: Dictionary(uniqueKeysWithValues: try positions.map { (try piece($0), 0) }), sinceWanted: 0,
            waitingStreams: 0, refreshRequestedAt: 0)
    }

    @Test func oneRunIsBegunForEachPlaceAndGoesOnWhileItIsWorthIt() throws {
        let board = FilmBoard()
        board.describe(counts: ["720p": 100])
        board.note(stored: ["720p": StoredMap(bytes: nil)])
        board.update(try renewal([7, 60], positions: [6]), asked: .now)
        let first = try #require(board.begin(readsAhead: true))
        let second = try #require(board.begin(readsAhead: true))
        #expect(first.piece.index == 7 && second.piece.index == 60)
        // 8 and 9 are about to be made; 10 is worth a run of its own.
        let third = try #require(board.begin(readsAhead: true))
        #expect(third.piece.index == 10)
        board.deliver(first.piece)
        #expect(board.advance(first.run, to: 8, readsAhead: true))
        #expect(!board.advance(second.run, to: 61, readsAhead: true))
        #expect(!board.advance(first.run, to: 9, readsAhead: false))
        board.end(second.run)
        #expect(board.running == 2)
        board.close()
        #expect(board.begin(readsAhead: true) == nil && !board.advance(first.run, to: 9, readsAhead: true))
    }

    @Test func aPieceThatIsWishedForAgainIsMadeAgain() throws {
        let board = FilmBoard()
        board.describe(counts: ["720p": 100])
        board.update(try renewal([7]), asked: .now)
        let first = try #require(board.begin(readsAhead: true))
        board.deliver(first.piece)
        board.end(first.run)
        #expect(board.isHarmless && !board.hasUnservedWish && board.begin(readsAhead: true) == nil)
        // The renewal was asked for before the delivery: it does not know of it yet.
        board.update(try renewal([7]), asked: .now - .seconds(5))
        #expect(board.begin(readsAhead: true) == nil)
        board.update(try renewal([7]), asked: .now)
        #expect(board.hasUnservedWish)
        #expect(board.begin(readsAhead: true)?.piece.index == 7)
    }

    /// A film that storage serves is not to blame when its worker dies; one of which something is made may be.
    @Test func noRunBeginsBeforeAFilmThatRestsIsWoken() throws {
        let board = FilmBoard()
        #expect(board.rests() == nil && !board.isHarmless)
        board.describe(counts: ["720p": 100])
        #expect(board.rests() == true && board.isHarmless)
        board.update(try renewal([7]), asked: .now)
        #expect(board.begin(readsAhead: true) == nil)
        #expect(board.rests() == false)
        board.wake()
        let run = try #require(board.begin(readsAhead: true))
        #expect(board.rests() == nil && !board.isHarmless)
        board.deliver(run.piece)
        board.end(run.run)
        #expect(board.rests() == nil && board.isHarmless)
    }
}
