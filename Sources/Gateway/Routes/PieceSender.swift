import Contracts
import Hummingbird
import NIOCore
import Synchronization

/// Writes consecutive pieces of a film, each when the viewer has taken the one before (back-pressure of the socket), while the
/// next ones are already asked for.
struct PieceSender: Sendable {
    let parts: GatewayParts
    let film: StreamID
    let version: String
    let rendition: String
    let waiter: FilmGate.Waiter
    /// Counts a piece that was written: its number, bytes, and where it came from.
    let count: @Sendable (Int, Int, SegmentCache.Source) -> Void

    /// Pieces asked for beyond the one that is being written. They wait in this gateway's memory.
    private static let ahead = 3

    /// One piece. Throws `APIError`.
    func piece(_ index: Int) async throws -> SegmentCache.Answer {
        guard let piece = FilmPiece(rendition: rendition, index: index) else { throw APIError.noSuchSegment }
        let name = FilmSegmentName(film: film, version: version, piece: piece)
        return try await parts.filmGate.bytes(of: name, for: waiter)
    }

    /// Sends pieces from `first` on, as `cut` wants them. Throws when one cannot be had: the response breaks off, and the
    /// viewer's player asks for the rest.
    /// - Parameter first: where the first piece came from, if it was asked for before.
    func send(
        _ indices: ClosedRange<Int>, to writer: inout any ResponseBodyWriter, first: SegmentCache.Source? = nil,
        cut: (Int, ByteBuffer) -> ByteBuffer? = { $1 }
    ) async throws {
        // A local copy: the group's closure may not take the parameter itself.
        var output = writer
        defer { writer = output }
        // That a piece is in memory because it was asked for ahead saves nobody anything.
        let sources = Sources()
        if let first { sources.note(indices.lowerBound, first) }
        try await withThrowingDiscardingTaskGroup { group in
            var asked = indices.lowerBound
            for index in indices {
                while asked < min(index + Self.ahead, indices.upperBound) {
                    asked += 1
                    let next = asked
                    group.addTask { if let answer = try? await piece(next) { sources.note(next, answer.source) } }
                }
                let answer = try await piece(index)
                let source = sources.take(index) ?? (index == indices.lowerBound ? answer.source : .media)
                guard let bytes = cut(index, answer.bytes) else { continue }
                try await output.write(bytes)
                note(index, bytes.readableBytes, source)
            }
            group.cancelAll()
        }
    }

    private func note(_ index: Int, _ bytes: Int, _ source: SegmentCache.Source) {
        count(index, bytes, source)
        guard let piece = FilmPiece(rendition: rendition, index: index) else { return }
        (try? parts.films.view(of: film))?.served(piece)
    }

    /// Where pieces came from when they were first asked for. At most `ahead` + 1.
    private final class Sources: Sendable {
        private let known = Mutex<[Int: SegmentCache.Source]>([:])

        func note(_ index: Int, _ source: SegmentCache.Source) { known.withLock { $0[index] = source } }
        func take(_ index: Int) -> SegmentCache.Source? { known.withLock { $0.removeValue(forKey: index) } }
    }
}
