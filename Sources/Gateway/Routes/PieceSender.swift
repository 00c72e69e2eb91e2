import Contracts
import Hummingbird
import NIOCore

/// Writes consecutive pieces of a film, each when the viewer has taken the one before (back-pressure of the socket), while the
/// next ones are already asked for.
struct PieceSender: Sendable {
    let parts: GatewayParts
    let film: StreamID
    let version: String
    let rendition: String
    /// Under which name the bytes are counted.
    let usage: String
    let waiter: FilmGate.Waiter

    /// Pieces asked for beyond the one that is being written. They wait in this gateway's memory.
    private static let ahead = 3

    /// One piece. Throws `APIError`.
    func piece(_ index: Int) async throws -> ByteBuffer {
        guard let piece = FilmPiece(rendition: rendition, index: index) else { throw APIError.noSuchSegment }
        let name = FilmSegmentName(film: film, version: version, piece: piece)
        let answer = try await parts.filmGate.bytes(of: name, for: waiter)
        return answer.bytes
    }

    /// Sends pieces from `first` on, as `cut` wants them. Throws when one cannot be had: the response breaks off, and the
    /// viewer's player asks for the rest.
    func send(
        _ indices: ClosedRange<Int>, to writer: inout any ResponseBodyWriter,
        cut: (Int, ByteBuffer) -> ByteBuffer? = { $1 }
    ) async throws {
        // A local copy: the group's closure may not take the parameter itself.
        var output = writer
        defer { writer = output }
        try await withThrowingDiscardingTaskGroup { group in
            var asked = indices.lowerBound
            for index in indices {
                while asked < min(index + Self.ahead, indices.upperBound) {
                    asked += 1
                    let next = asked
                    group.addTask { _ = try? await piece(next) }
                }
                guard let bytes = cut(index, try await piece(index)) else { continue }
                try await output.write(bytes)
                note(index, bytes.readableBytes)
            }
            group.cancelAll()
        }
    }

    private func note(_ index: Int, _ count: Int) {
        parts.usage.segment(film, rendition: usage, bytes: count, wasCached: false)
        guard let piece = FilmPiece(rendition: rendition, index: index) else { return }
        (try? parts.films.view(of: film))?.served(piece)
    }
}
