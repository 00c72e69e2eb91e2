import Contracts
import Executors
import Hummingbird
import NIOCore

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
    /// Told how many bytes went out.
    let meter: @Sendable (Int) -> Void

    /// Pieces asked for beyond the one that is being written. They wait in this gateway's memory.
    private static let ahead = 3

    /// One piece. Throws `APIError`.
    func piece(_ index: Int) async throws -> SegmentCache.Answer {
        guard let piece = FilmPiece(rendition: rendition, index: index) else { throw APIError.noSuchSegment }
        let name = FilmSegmentName(film: film, version: version, piece: piece)
        return try await parts.filmGate.bytes(of: name, for: waiter)
    }

    /// Sends pieces as `cut` wants them, each asked for once: that one is in memory because it was read ahead saves nobody anything.
    /// Throws when one cannot be had: the response breaks off, and the viewer's player asks for the rest.
    /// - Parameter first: where the first piece came from, if it was asked for before.
    func send(
        _ indices: ClosedRange<Int>, to writer: inout any ResponseBodyWriter, first: SegmentCache.Source? = nil,
        cut: (Int, ByteBuffer) -> ByteBuffer? = { $1 }
    ) async throws {
        // Not child tasks, which would have to end with their loop: each ends by itself when its viewer has left (`FilmGate`).
        var asked: [Int: Task<SegmentCache.Answer, any Error>] = [:]
        defer { for task in asked.values { task.cancel() } }
        for index in indices {
            for next in index...min(index + Self.ahead, indices.upperBound) where asked[next] == nil {
                asked[next] = TaskPool.task { try await piece(next) }
            }
            guard let answer = try await asked.removeValue(forKey: index)?.value else { continue }
            try Task.checkCancellation()
            guard let bytes = cut(index, answer.bytes) else { continue }
            try await writer.write(bytes)
            note(index, bytes.readableBytes, index == indices.lowerBound ? first ?? answer.source : answer.source)
        }
    }

    private func note(_ index: Int, _ bytes: Int, _ source: SegmentCache.Source) {
        count(index, bytes, source)
        meter(bytes)
        guard let piece = FilmPiece(rendition: rendition, index: index) else { return }
        (try? parts.films.view(of: film))?.served(piece)
    }
}
